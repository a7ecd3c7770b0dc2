package fairlead.telemetry;

/**
 * All that a histogram got since it is there.
 *
 * @param count of values
 * @param sum of values
 */
record Total(long count, long sum) {}
