export { stopGradient } from "./stopGradient.ts";
export type { Grad } from "./grad.ts";
