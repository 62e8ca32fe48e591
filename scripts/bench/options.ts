/** How a benchmark is run. */
export interface Options {
  /** Few rounds over little: to see that it works, and in which direction a change goes. */
  isQuick: boolean;
}
