package io.millrace.runtime.testing;

import io.millrace.runtime.kafka.ValueSerializer;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.WireFormat;
import io.millrace.schemas.WriterSchemas;
import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * While a test runs, half of the records in Avro that this process sends are written as a later
 * build writes them, with fields, symbols and branches that this build does not know: on inputs and
 * outputs, in checkpoints, and in the changelogs from which stores are filled again. So the test is
 * one of a rolling upgrade, and of the rollback after it. And on the topics where a setting allows
 * it, half are in Confluent's wire format.
 */
public final class MixedBuilds implements BeforeEachCallback, AfterEachCallback, AutoCloseable {

  private static final List<String> REGISTERED =
      Catalogue.load().topics().stream()
          .filter(it -> it.derived() && it.value().startsWith("Avro "))
          .map(TopicSpec::name)
          .toList();

  private final AtomicLong records = new AtomicLong();
  private final Map<Integer, String> registry = new ConcurrentHashMap<>();
  private TomorrowsBuild later;
  private ValueSerializer.Registration writing;
  private WriterSchemas.Registration reading;

  /** Begins now, for a part of a test. */
  public static MixedBuilds begin() {
    var builds = new MixedBuilds();
    builds.beforeEach(null);
    return builds;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    later = new TomorrowsBuild();
    writing = ValueSerializer.add(this::beforeSending);
    reading = WireFormat.lookIn(this::registered);
  }

  private Decoded<String> registered(int id) {
    String schema = registry.get(id);
    return schema == null ? Decoded.invalid("no such id") : Decoded.valid(schema);
  }

  private byte[] beforeSending(String topic, byte[] value) {
    if (!AvroCodec.isSingleObject(value)) {
      return value;
    }
    long number = records.getAndIncrement();
    byte[] written = number % 2 == 0 ? later.rewrite(value) : value;
    return number % 4 < 2 && REGISTERED.stream().anyMatch(it -> topic.endsWith("-" + it))
        ? inWireFormat(written)
        : written;
  }

  private byte[] inWireFormat(byte[] value) {
    Schema schema = WriterSchemas.find(AvroCodec.fingerprint(value)).orElseThrow();
    int id = Long.hashCode(AvroCodec.fingerprint(value));
    registry.putIfAbsent(id, schema.toString());
    return WireFormat.of(id, value);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
    if (records.get() == 0) {
      throw new AssertionError("no record was written as a later build writes it");
    }
  }

  @Override
  public void close() {
    writing.close();
    reading.close();
    later.close();
  }
}
