package io.e2llm.engine.weights;

/** Where in the file the rows of a tensor stand. */
@FunctionalInterface
interface RowOrder {
  /** The file's row that holds the tensor's row. */
  long stored(long row);

  /**
   * The order llama.cpp's converter gives the rows of q and k in files of the architecture {@code
   * llama}: within a head, the two halves that the rotary embedding pairs are interleaved.
   *
   * @param headRows rows of one head, even
   */
  static RowOrder interleavedHalves(long headRows) {
    long half = headRows / 2;
    return row -> {
      long inHead = row % headRows;
      return row - inHead + inHead % half * 2 + inHead / half;
    };
  }
}
