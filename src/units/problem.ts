/** What went wrong, as data: the edge makes the sentence, scripts read the code. */
export interface Problem {
  /** Stable, upper-case, documented in docs/json.md. */
  readonly code: string;
  /** One sentence: what was read and what is wanted. */
  readonly message: string;
  /** The flag or request key it is about. */
  readonly flag?: string;
  /** The way out: nearest names, the change that works, where help is. */
  readonly hint?: string;
  /** 2: the request is wrong. 1: the question was well put and has no answer. 74: what was asked could not be written. */
  readonly exit: 1 | 2 | 74;
}

/** Carries a Problem to whoever called: the command line prints it, `batch` writes it as a line, a library user catches it. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.hint === undefined ? problem.message : `${problem.message} ${problem.hint}`);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** Refuses a request that is wrong in itself (exit 2). */
export function refuse(code: string, message: string, more: { flag?: string; hint?: string } = {}): never {
  throw new ProblemError({ code, message, exit: 2, ...more });
}

/** Says that a well-put question has no answer (exit 1). */
export function noAnswer(code: string, message: string, more: { flag?: string; hint?: string } = {}): never {
  throw new ProblemError({ code, message, exit: 1, ...more });
}
