declare module "mnist" {
  /** By digit: `raw` holds its images one after the other, 784 numbers from 0 to 1 each. */
  const mnist: Readonly<Record<number, { readonly raw: readonly number[] }>>;
  export default mnist;
}
