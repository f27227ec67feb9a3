package io.millrace.cli;

import io.millrace.runtime.testing.TestKafka;
import java.util.stream.Stream;

/** Runs commands against a test's broker and prefix. */
public record BrokerCommands(TestKafka kafka) {

  /** Runs a command to its end; where Kafka is comes last. */
  public CommandRun run(String... command) {
    Stream<String> where =
        Stream.of(
            "--bootstrap",
            kafka.bootstrapServers(),
            "--set",
            "topics.prefix=" + kafka.topics().prefix());
    return CommandRun.of(Stream.concat(Stream.of(command), where).toArray(String[]::new));
  }
}
