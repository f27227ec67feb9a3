package io.millrace.cli.demo.monitor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Reads the meters of the services, the same that Prometheus scrapes. Thread-safe. */
public final class ServiceMeters {

  private static final String SERVICE = "service";
  private static final String MODEL = "model";

  private final MeterRegistry meters;

  /** Cache of found meters: a search visits every meter of every Kafka client. */
  private final Map<List<String>, Meter> found = new ConcurrentHashMap<>();

  public ServiceMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Records that a service has read and committed. */
  public long recordsIn(String service) {
    return Math.round(orZero("millrace.records.in", SERVICE, service));
  }

  /** Images that the vision trainer has learned from, including those of the current step. */
  public long imagesLearned() {
    return Math.round(orZero("millrace.vision.images", MODEL, "vision"));
  }

  /** Documents that the classifier has learned from, including those of the current step. */
  public long documentsLearned() {
    return Math.round(orZero("millrace.classifier.examples", MODEL, "classifier"));
  }

  /** Records that a trainer holds back because they do not fill a batch. */
  public long heldBack(String service) {
    return Math.round(orZero("millrace.records.held.back", SERVICE, service));
  }

  /** The newest version that a trainer has published. */
  public long version(String service) {
    return Math.round(orZero("millrace.model.version", SERVICE, service));
  }

  /** The version that scoring predicts with; -1 while it has none. */
  public long scoringVersion(String model) {
    double version = value("millrace.scoring.model.version", MODEL, model);
    return Double.isNaN(version) ? -1 : Math.round(version);
  }

  /** The trainer's own prequential accuracy, 0 to 1; NaN if unknown. */
  double accuracy(String service) {
    return value("millrace.prequential.accuracy", SERVICE, service);
  }

  private double orZero(String name, String... tag) {
    double value = value(name, tag);
    return Double.isNaN(value) ? 0 : value;
  }

  private double value(String name, String... tag) {
    List<String> key = Stream.concat(Stream.of(name), Stream.of(tag)).toList();
    Meter meter = found.computeIfAbsent(key, _ -> Search.in(meters).name(name).tags(tag).meter());
    return switch (meter) {
      case Gauge gauge -> gauge.value();
      case Counter counter -> counter.count();
      case FunctionCounter counter -> counter.count();
      case null, default -> Double.NaN;
    };
  }
}
