package io.millrace.runtime.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heap that something takes once it is at the bound that a setting gives it. For what is part
 * of a model, and so cannot be lowered silently as {@link HeapCapacity} does: a service that cannot
 * hold what was set is refused at the start, instead of ending by {@code OutOfMemoryError} days
 * later and at every start after that. If only defaults do not fit, a warning says so, since most
 * models stay far below them.
 *
 * @param setting the name of the setting
 * @param value its value
 * @param bytes the heap in all, rather too much than too little
 */
public record HeapRequirement(String setting, long value, long bytes) {

  /**
   * The part of the heap that all of a service's needs may fill together. The rest is for records
   * on their way, clients and metrics.
   */
  private static final double SHARE = 0.75;

  private static final Logger LOG = LoggerFactory.getLogger(HeapRequirement.class);

  /**
   * What a setting needs whose value is a number of entries.
   *
   * @param entries the value
   * @param bytesEach heap that an entry takes
   */
  public static HeapRequirement of(String setting, long entries, long bytesEach) {
    return new HeapRequirement(setting, entries, Math.multiplyExact(entries, bytesEach));
  }

  /**
   * Compares what a service needs with this process's heap; warns if its defaults do not fit.
   *
   * @throws SettingsException if they do not fit and one of them was set; the message says what to
   *     set
   */
  public static void review(Settings settings, String service, List<HeapRequirement> needs) {
    Optional<String> problem = problem(service, needs, Runtime.getRuntime().maxMemory());
    if (problem.isPresent() && needs.stream().anyMatch(it -> settings.isSet(it.setting()))) {
      throw new SettingsException(problem.get());
    }
    problem.ifPresent(LOG::warn);
  }

  /** Why a heap cannot hold what a service needs, and what to do; empty if it can. */
  public static Optional<String> problem(
      String service, List<HeapRequirement> needs, long heapBytes) {
    long all = sum(needs);
    if (all <= heapBytes * SHARE) {
      return Optional.empty();
    }
    return Optional.of(
        ("%s needs %,d MiB of heap at the bounds of its settings (%s), but three quarters of the"
                + " heap are %,d MiB: give the process a heap of %,d MiB (-Xmx, or twice that as"
                + " the container's limit), or lower a setting")
            .formatted(
                service,
                mebibytes(all),
                needs.stream()
                    .sorted(Comparator.comparingLong(HeapRequirement::bytes).reversed())
                    .map(it ->
                        "%s=%d: %,d MiB".formatted(it.setting(), it.value(), mebibytes(it.bytes())))
                    .collect(Collectors.joining(", ")),
                (long) (heapBytes * SHARE) >> 20,
                mebibytes((long) Math.ceil(all / SHARE))));
  }

  /** The sum of needs. */
  private static long sum(List<HeapRequirement> needs) {
    return needs.stream().mapToLong(HeapRequirement::bytes).reduce(0, Math::addExact);
  }

  private static long mebibytes(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }
}
