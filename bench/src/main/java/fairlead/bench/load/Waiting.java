package fairlead.bench.load;

/** Due times of requests for which no connection was free, first come first out. One thread. */
final class Waiting {
  private final long[] times;
  private int first;
  private int size;

  Waiting(int most) {
    times = new long[most];
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** False when there is no more room. */
  boolean add(long due) {
    if (size == times.length) {
      return false;
    }
    times[(first + size) % times.length] = due;
    size++;
    return true;
  }

  long take() {
    long due = times[first];
    first = (first + 1) % times.length;
    size--;
    return due;
  }
}
