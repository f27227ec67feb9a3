package io.millrace.learning.core;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the drifts of a learner's stream, by the errors made before learning, and says what the
 * learning rate is multiplied by after one. The errors are those of the learner itself, which goes
 * on from one version to the next: a version that replaces another in scoring changes nothing here.
 *
 * <p>It depends on the examples alone, so that the same log gives the same drifts. Its state is
 * part of the checkpoint. The part {@value #PART} has the form of earlier builds, which know no
 * other; a window of {@link Adwin} has a part of its own. Not thread-safe.
 */
public final class DriftMonitor {

  /** The part of a checkpoint that every build has. */
  public static final String PART = "drift";

  private static final String ADWIN_PART = "drift-adwin";
  private static final int BYTES = PageHinkley.BYTES + 2 * Long.BYTES;

  private final DriftConfig config;
  private PageHinkley pageHinkley = PageHinkley.NONE;
  private Adwin adwin;
  private long drifts;
  private long left;
  private boolean windowIsLeft;

  /** A monitor that has seen nothing. */
  public DriftMonitor(DriftConfig config) {
    this.config = config;
    this.adwin = new Adwin(config.delta());
  }

  /**
   * Takes a batch of labelled examples, some of which were predicted wrongly.
   *
   * @return whether the learner is to begin anew, because they show a drift
   */
  public boolean update(long labelled, long wrong) {
    if (labelled == 0 || config.threshold() == 0) {
      return false;
    }
    left = Math.max(0, left - labelled);
    if (!isAlarm(labelled, wrong) || left > 0) {
      return false;
    }
    drifts++;
    left = config.examples();
    return config.action() == DriftConfig.Action.BEGIN_ANEW;
  }

  private boolean isAlarm(long labelled, long wrong) {
    return switch (config.detector()) {
      case ADWIN -> adwin.add(labelled, wrong);
      case PAGE_HINKLEY -> {
        PageHinkley after = pageHinkley.plus(labelled, wrong);
        boolean alarm = after.excess() > config.threshold();
        pageHinkley = alarm ? PageHinkley.NONE : after;
        yield alarm;
      }
    };
  }

  /** Drifts over the learner's life. */
  public long drifts() {
    return drifts;
  }

  /** Whether the learning rate is to be raised now. */
  public boolean answers() {
    return left > 0 && config.action() == DriftConfig.Action.RAISE_LEARNING_RATE;
  }

  /** What the learning rate is multiplied by now. */
  public double learningRateFactor() {
    return answers() ? config.rate() : 1;
  }

  /**
   * The parts of a checkpoint that hold its state, by name. One that is empty is to be deleted:
   * another detector has left it.
   */
  public Map<String, Optional<byte[]>> parts() {
    Map<String, Optional<byte[]>> parts = new LinkedHashMap<>();
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    pageHinkley.put(bytes);
    parts.put(PART, Optional.of(bytes.putLong(drifts).putLong(left).array()));
    if (config.detector() == DriftConfig.Detector.ADWIN) {
      parts.put(ADWIN_PART, Optional.of(adwin.toBytes()));
    } else if (windowIsLeft) {
      parts.put(ADWIN_PART, Optional.empty());
    }
    return parts;
  }

  /**
   * Goes on from the parts of a checkpoint; a detector that has none begins anew, as does the whole
   * where an earlier build looked for no drifts.
   *
   * @throws IllegalArgumentException if a part is damaged
   */
  public static DriftMonitor restore(DriftConfig config, Map<String, byte[]> parts) {
    var monitor = new DriftMonitor(config);
    byte[] common = parts.get(PART);
    if (common != null) {
      monitor.readCommon(common);
    }
    byte[] window = parts.get(ADWIN_PART);
    switch (config.detector()) {
      case PAGE_HINKLEY -> monitor.windowIsLeft = window != null;
      case ADWIN -> {
        monitor.pageHinkley = PageHinkley.NONE;
        monitor.adwin = window == null ? monitor.adwin : Adwin.read(window, config.delta());
      }
    }
    return monitor;
  }

  private void readCommon(byte[] part) {
    if (part.length != BYTES) {
      throw new IllegalArgumentException(
          "the state of a drift monitor has " + BYTES + " bytes, not " + part.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(part);
    pageHinkley = PageHinkley.read(bytes);
    drifts = bytes.getLong();
    left = bytes.getLong();
  }
}
