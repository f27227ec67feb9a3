package io.millrace.console.flow;

import java.util.Map;

/**
 * What was known at one moment. Topics have no prefix.
 *
 * @param millis since 1970
 * @param nanos of the clock that measures
 * @param ends the sums of the end offsets, by topic
 * @param groups what services have read, by service
 */
record FlowSample(long millis, long nanos, Map<String, Long> ends, Map<String, Group> groups) {
  FlowSample {
    ends = Map.copyOf(ends);
    groups = Map.copyOf(groups);
  }

  /**
   * The consumer group of a service.
   *
   * @param health as its members say: READY, STARTING or STOPPED
   * @param read the sums of the committed offsets, by topic
   * @param lag the records behind those, by topic
   */
  record Group(String health, Map<String, Long> read, Map<String, Long> lag) {
    Group {
      read = Map.copyOf(read);
      lag = Map.copyOf(lag);
    }
  }
}
