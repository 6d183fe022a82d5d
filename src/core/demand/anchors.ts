import type { Count } from "../../units/quantity.ts";

/** Published figures to hold a projection against; facts, not inputs. */
export interface Anchor {
  readonly id: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly date: string;
  readonly source: string;
}

const TUNGUZ = "collected by T. Tunguz";
const DEEPSEEK = "DeepSeek-V3/R1 inference system overview";

export const ANCHORS: readonly Anchor[] = [
  {
    id: "google-2025-05",
    what: "Google, tokens a month",
    value: 480e12,
    unit: "tokens",
    date: "2025-05",
    source: TUNGUZ,
  },
  {
    id: "google-2025-07",
    what: "Google, tokens a month",
    value: 980e12,
    unit: "tokens",
    date: "2025-07",
    source: TUNGUZ,
  },
  {
    id: "google-2025-10",
    what: "Google, tokens a month",
    value: 1.3e15,
    unit: "tokens",
    date: "2025-10",
    source: TUNGUZ,
  },
  {
    id: "microsoft-quarter",
    what: "Microsoft Foundry, tokens of a quarter",
    value: 100e12,
    unit: "tokens",
    date: "2025-03",
    source: "Microsoft FY25 Q3 call",
  },
  {
    id: "microsoft-month",
    what: "of which in its last month",
    value: 50e12,
    unit: "tokens",
    date: "2025-03",
    source: "Microsoft FY25 Q3 call",
  },
  {
    id: "openai-api",
    what: "OpenAI API, tokens a minute",
    value: 6e9,
    unit: "tokens",
    date: "2025-10",
    source: "OpenAI DevDay",
  },
  {
    id: "openai-2024",
    what: "OpenAI, tokens a day",
    value: 100e9,
    unit: "tokens",
    date: "2024-02",
    source: "OpenAI, by S. Altman",
  },
  {
    id: "chatgpt-prompts",
    what: "ChatGPT, prompts a day",
    value: 2.5e9,
    unit: "prompts",
    date: "2025-06",
    source: "OpenAI, in press",
  },
  {
    id: "chatgpt-wh",
    what: "ChatGPT, energy of a query",
    value: 0.34,
    unit: "Wh",
    date: "2025-06",
    source: "S. Altman",
  },
  {
    id: "gemini-wh",
    what: "Gemini, energy of the median prompt",
    value: 0.24,
    unit: "Wh",
    date: "2025-05",
    source: "Google 2025",
  },
  {
    id: "deepseek-input",
    what: "DeepSeek, input tokens a day",
    value: 608e9,
    unit: "tokens",
    date: "2025-02",
    source: DEEPSEEK,
  },
  {
    id: "deepseek-output",
    what: "DeepSeek, output tokens a day",
    value: 168e9,
    unit: "tokens",
    date: "2025-02",
    source: DEEPSEEK,
  },
  {
    id: "idc-inference",
    what: "China, AI servers' work that is inference",
    value: 0.576,
    unit: "share",
    date: "2023",
    source: "IDC",
  },
  {
    id: "idc-training",
    what: "China, AI servers' work that is training",
    value: 0.424,
    unit: "share",
    date: "2023",
    source: "IDC",
  },
  {
    id: "nvidia-inference",
    what: "NVIDIA, data-centre revenue from inference",
    value: 0.4,
    unit: "share",
    date: "2024",
    source: "NVIDIA FY2024",
  },
  {
    id: "openai-inference-2024",
    what: "OpenAI, compute spending on inference",
    value: 0.29,
    unit: "share",
    date: "2024",
    source: "Epoch AI",
  },
];

/** The anchor of an id; undefined where there is none. */
export const anchor = (id: string): Anchor | undefined => ANCHORS.find((row) => row.id === id);

const MONTHS_PER_YEAR = 12;

/** Growth a year that two levels so many months apart imply. */
export const annualGrowth = (from: Count, to: Count, months: number): number =>
  (to / from) ** (MONTHS_PER_YEAR / months);
