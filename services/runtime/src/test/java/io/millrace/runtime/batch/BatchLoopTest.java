package io.millrace.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.kafka.Transactions.Failpoint;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.Service.Health;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BatchLoopTest {

  private static final Map<String, String> AT_LEAST_ONCE =
      Map.of("echo.processing.guarantee", "at_least_once", "echo.commit.interval.ms", "10");

  private final TestKafka kafka = new TestKafka();
  private Settings settings = kafka.settings(Map.of());
  private final Topic<?, ?> images = kafka.topics().images();
  private final Topic<?, ?> labels = kafka.topics().labels();
  private final String predictions = kafka.topics().predictions().name();
  private final List<Service> services = new ArrayList<>();
  private final List<FailpointHalt> stops = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @AfterEach
  void stop() {
    stops.forEach(FailpointHalt::kill);
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafka.close();
  }

  @Test
  void answersEveryRecordOfEveryTopicOnce() {
    send(images, 0, 100);
    send(labels, 100, 150);

    start(topic -> true, moment -> {});

    assertAnsweredOnce(150);
    TestKafka.await("counted", () -> meters.get("millrace.records.in").counter().count() == 150);
    assertThat(meters.get("millrace.records.out").counter().count()).isEqualTo(150);
    assertThat(meters.get("millrace.end.to.end").timer().count()).isEqualTo(150);
  }

  @Test
  void aTopicThatIsMadeAgainWhileItIsReadStopsItAndTheNextStartReadsTheNewOneFromItsBeginning() {
    send(images, 0, 100);
    Service first = start(topic -> true, moment -> {});
    assertAnsweredOnce(100);

    kafka.makeAgain(images.name());
    send(images, 100, 210);
    TestKafka.await("a stop", () -> first.health() == Health.FAILED);
    assertThat(first.failure()).contains(images.name(), "deleted and created again");
    first.close(Duration.ofSeconds(10));
    start(topic -> true, moment -> {});

    assertAnsweredOnce(210);
  }

  @Test
  void partitionsThatAreAddedWhileItRunsAreReadFromTheirBeginnings() throws Exception {
    settings = kafka.settings(Map.of("kafka.metadata.max.age.ms", "500"));
    send(images, 0, 20);
    start(topic -> true, moment -> {});
    assertAnsweredOnce(20);

    kafka.admin().createPartitions(Map.of(images.name(), NewPartitions.increaseTo(6))).all().get();
    kafka.sendAll(
        range(20, 40).stream()
            .map(value ->
                new ProducerRecord<byte[], byte[]>(
                    images.name(), 4 + value % 2, null, bytes(value.toString())))
            .toList());

    TestKafka.await("all answered", () -> values(kafka.committed(predictions)).size() >= 40);
    assertThat(values(kafka.committed(predictions)))
        .containsExactlyInAnyOrderElementsOf(range(0, 40));
  }

  @Test
  void twoInstancesShareThePartitions() {
    send(images, 0, 100);
    Service first = start(topic -> true, moment -> {});
    Service second = start(topic -> true, moment -> {});
    TestKafka.await(
        "both work", () -> first.health() == Health.READY && second.health() == Health.READY);

    send(images, 100, 300);

    assertAnsweredOnce(300);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failpoint.class,
      names = {"BEGUN", "SENT", "OFFSETS_SENT"})
  void anInstanceThatStallsWithinATransactionDoesNotAnswerTwice(Failpoint moment) {
    var stall = new FailpointHalt(moment, 2);
    Service stalled = start(topic -> true, stall);
    int sent = sendUntil(stall::isReached);
    start(topic -> true, now -> {});
    send(images, sent, sent + 100);
    kafka.await(predictions, records -> records.size() >= sent + 50);

    stall.resume();
    send(images, sent + 100, sent + 150);

    assertAnsweredOnce(sent + 150);
    TestKafka.await("works again", () -> stalled.health() == Health.READY);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failpoint.class,
      names = {"INITIALISED", "BEGUN", "SENT", "OFFSETS_SENT", "COMMITTED"})
  void anInstanceThatDiesLeavesNoRecordOutAndNoneTwice(Failpoint moment) {
    var death = new FailpointHalt(moment, moment == Failpoint.INITIALISED ? 1 : 2);
    start(topic -> true, death);
    int sent = sendUntil(death::isReached);

    start(topic -> true, now -> {});

    assertAnsweredOnce(sent);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failpoint.class,
      names = {"BEGUN", "SENT", "OFFSETS_SENT", "COMMITTED"})
  void aTransactionWhoseEndNobodyKnowsIsSettled(Failpoint moment) {
    var times = new AtomicInteger(2);

    start(
        topic -> true,
        now -> {
          if (now == moment && times.decrementAndGet() == 0) {
            throw new TimeoutException("no answer when " + now);
          }
        });

    assertAnsweredOnce(sendUntil(() -> times.get() <= 0));
    // The answers can be read before the loop knows that nobody told it of their commit.
    TestKafka.await(
        "abort", () -> meters.get("millrace.aborts").tag("reason", "error").counter().count() == 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failpoint.class,
      names = {"BEGUN", "SENT", "COMMITTED"})
  void atLeastOnceAnInstanceThatDiesLeavesNoRecordOut(Failpoint moment) {
    var death = new FailpointHalt(moment, 2);
    start(topic -> true, death, AT_LEAST_ONCE);
    int sent = sendUntil(death::isReached);

    start(topic -> true, now -> {}, AT_LEAST_ONCE);

    assertAnswered(sent);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failpoint.class,
      names = {"BEGUN", "SENT", "COMMITTED"})
  void atLeastOnceABatchThatFailsIsDoneAgain(Failpoint moment) {
    var times = new AtomicInteger(2);

    start(
        topic -> true,
        now -> {
          if (now == moment && times.decrementAndGet() == 0) {
            throw new TimeoutException("no answer when " + now);
          }
        },
        AT_LEAST_ONCE);

    assertAnswered(sendUntil(() -> times.get() <= 0));
    TestKafka.await(
        "abort", () -> meters.get("millrace.aborts").tag("reason", "error").counter().count() == 1);
  }

  @Test
  void atLeastOnceAnswersAreReadBeforeOffsetsAreCommitted() {
    send(images, 0, 20);

    start(
        topic -> true,
        moment -> {},
        Map.of("echo.processing.guarantee", "at_least_once", "echo.commit.interval.ms", "60000"));

    kafka.await(predictions, 20);
    assertThat(committedOffsets()).isZero();
  }

  @ParameterizedTest
  @EnumSource(ProcessingGuarantee.class)
  void whoEndsCommitsWhatItHasAnswered(ProcessingGuarantee guarantee) {
    send(images, 0, 20);
    var answered = new AtomicInteger();
    Service service =
        start(
            topic -> true,
            moment -> {},
            Map.of(
                "echo.processing.guarantee", guarantee.text(), "echo.commit.interval.ms", "60000"),
            answered);
    TestKafka.await("answers", () -> answered.get() == 20);

    service.close(Duration.ofSeconds(10));

    // Nobody else works: what is committed, the service has committed. The broker shows a group's
    // offsets only when it has written the end of their transaction, after the producer has it.
    TestKafka.await("the offsets of all answers", () -> committedOffsets() == 20);
    assertAnsweredOnce(20);
  }

  @Test
  void partitionsAreGivenUpWithWhatWasAnsweredOfThem() {
    send(images, 0, 40);
    var answered = new AtomicInteger();
    Map<String, String> late = Map.of("echo.commit.interval.ms", "60000");
    Service first = start(topic -> true, moment -> {}, late, answered);
    TestKafka.await("answers", () -> answered.get() == 40);

    Service second = start(topic -> true, moment -> {});

    TestKafka.await(
        "both work", () -> first.health() == Health.READY && second.health() == Health.READY);
    send(images, 40, 80);
    first.close(Duration.ofSeconds(10));
    assertAnsweredOnce(80);
  }

  @Test
  void oneTransactionTakesAllThatWasAnsweredWithinTheInterval() {
    send(images, 0, 100);
    var begun = new AtomicInteger();
    Map<String, String> interval = Map.of("echo.commit.interval.ms", "1000");

    start(topic -> true, moment -> begun.addAndGet(moment == Failpoint.BEGUN ? 1 : 0), interval);

    assertAnsweredOnce(100);
    assertThat(begun.get()).isLessThan(8);
  }

  @Test
  void aTopicThatIsNotReadyWaitsWhileTheOtherFlows() {
    var ready = new AtomicBoolean();
    send(images, 0, 20);
    send(labels, 20, 40);

    start(topic -> topic.equals(labels.name()) || ready.get(), moment -> {});
    List<Integer> before = values(kafka.await(predictions, 20));
    ready.set(true);

    assertThat(before).containsExactlyInAnyOrderElementsOf(range(20, 40));
    assertAnsweredOnce(40);
  }

  @Test
  void deadLettersCommitWithTheAnswers() {
    send(images, 0, 5);
    kafka.send(new ProducerRecord<>(images.name(), bytes("k"), bytes("!")));

    start(topic -> true, moment -> {});

    assertAnsweredOnce(5);
    var letter = kafka.await(kafka.topics().deadLetters().name(), 1).getFirst();
    assertThat(letter.value()).isEqualTo(bytes("!"));
    TestKafka.await(
        "counted", () -> meters.get("millrace.records.dead.lettered").counter().count() == 1);
  }

  @Test
  void markersArePassedBy() {
    send(images, 0, 5);
    kafka.send(ControlRecords.of(images.name(), 0, new StepMarker(0, 0, true)));
    kafka.send(new ProducerRecord<>(images.name(), 0, null, bytes("5")));

    start(topic -> true, moment -> {});

    assertAnsweredOnce(6);
  }

  @Test
  void aProcessorThatThrowsStopsTheService() {
    kafka.send(new ProducerRecord<>(images.name(), bytes("k"), bytes("#")));

    Service service = start(topic -> true, moment -> {});

    TestKafka.await("failure", () -> service.health() == Health.FAILED);
    assertThat(service.failure()).isEqualTo("too much");
  }

  @Test
  void anOffsetThatIsGoneFromTheLogStopsTheService() throws Exception {
    send(images, 0, 40);
    loseOffset(new TopicPartition(images.name(), 2));

    Service service = start(topic -> true, moment -> {});

    TestKafka.await("failure", () -> service.health() == Health.FAILED);
    assertThat(service.failure())
        .contains(images.name() + "-2", settings.common().group("echo"), "--reset-offsets");
  }

  @Test
  void whoBeginsAtTheEndGoesOnThereWhenItsOffsetIsGoneFromTheLog() throws Exception {
    send(images, 0, 40);
    var partition = new TopicPartition(images.name(), 2);
    loseOffset(partition);

    start(
        new EchoProcessor(kafka.topics(), topic -> true, new AtomicInteger(), true),
        Map.of(),
        moment -> {});

    var sent = new AtomicInteger(40);
    TestKafka.await(
        "answers of the partition",
        () -> {
          send(images, sent.get(), sent.addAndGet(4));
          return values(kafka.committed(predictions)).stream().anyMatch(it -> it % 4 == 2);
        });
    assertThat(values(kafka.committed(predictions)))
        .allMatch(it -> it >= 40)
        .doesNotHaveDuplicates();
  }

  /** Has the group go on at an offset of a partition that is deleted. */
  private void loseOffset(TopicPartition partition) throws Exception {
    kafka
        .admin()
        .alterConsumerGroupOffsets(
            settings.common().group("echo"), Map.of(partition, new OffsetAndMetadata(1)))
        .all()
        .get();
    kafka.admin().deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3))).all().get();
  }

  private Service start(Predicate<String> ready, Transactions.FailpointListener probe) {
    return start(ready, probe, Map.of());
  }

  private Service start(
      Predicate<String> ready, Transactions.FailpointListener probe, Map<String, String> more) {
    return start(ready, probe, more, new AtomicInteger());
  }

  private Service start(
      Predicate<String> ready,
      Transactions.FailpointListener probe,
      Map<String, String> more,
      AtomicInteger answered) {
    if (probe instanceof FailpointHalt stop) {
      stops.add(stop);
    }
    return start(new EchoProcessor(kafka.topics(), ready, answered, false), more, probe);
  }

  private Service start(
      EchoProcessor processor, Map<String, String> more, Transactions.FailpointListener probe) {
    var values =
        Settings.of(
                Map.of(
                    "echo.batch.max.records", "10",
                    "echo.max.poll.interval.ms", "3000",
                    "echo.session.timeout.ms", "6000",
                    "echo.transaction.timeout.ms", "1000"))
            .with(more)
            .read(BatchLoopConfig.definition("echo"));
    Service service =
        BatchLoop.of(
            "echo", settings, BatchLoopConfig.from("echo", values), () -> processor, probe);
    service.bindTo(services.isEmpty() ? meters : new SimpleMeterRegistry());
    services.add(service);
    service.start();
    return service;
  }

  /**
   * Sends images until something has happened: how many batches a commit takes is not for a test to
   * say.
   *
   * @return how many were sent, from 0
   */
  private int sendUntil(BooleanSupplier happened) {
    var sent = new AtomicInteger();
    TestKafka.await(
        "what the images bring about",
        () -> {
          send(images, sent.get(), sent.addAndGet(20));
          return happened.getAsBoolean();
        });
    return sent.get();
  }

  private void send(Topic<?, ?> topic, int from, int to) {
    kafka.sendAll(
        range(from, to).stream()
            .map(value ->
                new ProducerRecord<byte[], byte[]>(
                    topic.name(), value % 4, null, bytes(value.toString())))
            .toList());
  }

  /** Every record, perhaps more than once. */
  private void assertAnswered(int count) {
    TestKafka.await("the group has read everything", () -> committedOffsets() == count);
    assertThat(values(kafka.committed(predictions))).containsAll(range(0, count));
  }

  private long committedOffsets() {
    try {
      return kafka
          .admin()
          .listConsumerGroupOffsets(settings.common().group("echo"))
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertAnsweredOnce(int count) {
    kafka.await(predictions, count);
    TestKafka.await("the group has read everything", () -> lag() == 0);
    assertThat(values(kafka.committed(predictions)))
        .containsExactlyInAnyOrderElementsOf(range(0, count));
  }

  /** Records whose offsets the group has not committed. */
  private long lag() {
    try (var consumer = kafka.consumer()) {
      var committed =
          kafka
              .admin()
              .listConsumerGroupOffsets(settings.common().group("echo"))
              .partitionsToOffsetAndMetadata()
              .get();
      var ends = consumer.endOffsets(committed.keySet());
      return committed.entrySet().stream()
          .mapToLong(entry -> ends.get(entry.getKey()) - entry.getValue().offset())
          .sum();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Integer> values(
      List<org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> Integer.valueOf(new String(record.value(), StandardCharsets.UTF_8)))
        .toList();
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
