import type { TrainResult } from "../../study/train/result.ts";
import type { View } from "../view.ts";

const DAY = 86_400;
const KWH = 3.6e6;

/** The run on fleets that are known, with why some cannot. */
export function fleetBlocks({ fleets }: TrainResult): View {
  if (fleets.length === 0) return [];
  const whys = fleets.flatMap((row) => (row.why === undefined ? [] : [`${row.name}: ${row.why}.`]));
  return [
    {
      block: "table",
      main: true,
      heading: "The run on known fleets",
      table: {
        columns: [
          { key: "fleet", title: "fleet" },
          { key: "gpus", title: "accelerators", kind: "integer", optional: 2 },
          { key: "peak_flop_per_second", title: "dense peak", kind: "rate", optional: 3 },
          { key: "seconds", title: "time", kind: "duration" },
          { key: "gpu_hours", title: "accelerator-hours", kind: "count", optional: 4 },
          { key: "usd", title: "rent", kind: "money" },
          { key: "joules", title: "energy", kind: "energy" },
          { key: "kg_co2e", title: "CO2e", kind: "mass", optional: 1 },
        ],
        rows: fleets.map((row) => [
          row.name,
          row.gpus,
          row.peakFlopPerSecond,
          row.days === undefined ? undefined : row.days * DAY,
          row.gpuHours,
          row.cost,
          row.energy === undefined ? undefined : row.energy * KWH,
          row.carbon,
        ]),
        notes: [
          ...whys,
          "Rent at the catalogue's newest prices; compute-est catalog show CHIP has each with its date.",
        ],
      },
    },
  ];
}
