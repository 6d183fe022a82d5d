import type { Command } from "commander";
import { refuse } from "../units/problem.ts";
import { ESTIMATORS, estimatorNamed } from "./estimators.ts";
import type { Context } from "./index.ts";

/** `schema COMMAND [request|result]` prints JSON Schema; without a command, the names. */
export function define(command: Command, { io }: Context): void {
  const names = ESTIMATORS.map((entry) => entry.name);
  command
    .argument(
      "[command]",
      `one of ${names.join(", ")}; or what files hold: catalog (chips, models and prices of one's own), scenario (a market for demand)`,
    )
    .argument("[part]", "request or result", "request")
    .addHelpText(
      "before",
      "  compute-est schema train\n  compute-est schema train result\n  compute-est schema scenario\n",
    )
    .action(async (name: string | undefined, part: string) => {
      if (name === undefined) {
        io.out.write(`${names.join("\n")}\ncatalog\nscenario\n`);
        return;
      }
      if (part !== "request" && part !== "result") {
        refuse("E-CHOICE", `"${part}" is not one of request, result.`);
      }
      if (name === "catalog") {
        const { catalogueSchema } = await import("../input/user-catalogue.ts");
        io.out.write(`${JSON.stringify(catalogueSchema(), undefined, 2)}\n`);
        return;
      }
      if (name === "scenario") {
        const { scenarioJsonSchema } = await import("../input/scenario.ts");
        io.out.write(`${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`);
        return;
      }
      const estimator = await estimatorNamed(name);
      const { requestSchema } = await import("../input/schema.ts");
      const { resultSchema } = await import("../input/result-schema.ts");
      const schema =
        part === "request" ? requestSchema(estimator.name, estimator.fields) : resultSchema(estimator.name);
      io.out.write(`${JSON.stringify(schema, undefined, 2)}\n`);
    });
}
