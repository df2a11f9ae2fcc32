/** What a contestant tells of itself when its turns are over. */
import process from "node:process";

export interface Told {
  /** with its version, as `PyTorch 2.13.0`; absent where nobody asks */
  readonly library?: string;
  /** as `CPU`, `NVIDIA H100 80GB HBM3` */
  readonly device: string;
  /** whether products of float32 may be rounded to TF32; absent where that is unknown */
  readonly tf32?: boolean;
  /** most bytes in use: of the device's memory, of the process where the device is a CPU */
  readonly peakBytes: number;
}

/** What is told of a contestant that knows no other device. */
export const onCpu = (): Told => ({ device: "CPU", peakBytes: residentPeak() });

/** Most bytes that this process has held in memory. */
export const residentPeak = (): number => process.resourceUsage().maxRSS * 1024;

/** A line for each system that runs on another device than the first, or with other products. */
export function unequal(workload: string, told: Readonly<Record<string, Told>>): string[] {
  const [first, ...others] = Object.entries(told).map(([system, { device, tf32 }]) =>
    [system, `on ${device}, TF32 ${tf32 ? "allowed" : "off"}`] as const
  );
  return others.filter(([, how]) => how !== first[1])
    .map(([system, how]) => `${workload}: ${system} ran ${how}, but ${first[0]} ${first[1]}: do not compare`);
}
