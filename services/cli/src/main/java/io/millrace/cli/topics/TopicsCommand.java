package io.millrace.cli.topics;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.TextTable;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Provisioner.State;
import io.millrace.topics.TopicSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares the topics of the cluster with the catalogue, and creates them. */
@Command(
    name = "topics",
    description =
        "Compares the topics of the cluster with the catalogue, creates them, and prints the rights"
            + " on them.",
    footer = {
      "  millrace topics list",
      "  millrace topics apply --bootstrap kafka:9092",
      "  millrace topics acls --service scoring"
    },
    subcommands = {
      TopicsCommand.ListTopics.class,
      TopicsCommand.Apply.class,
      TopicsAclsCommand.class
    })
public final class TopicsCommand {

  @Command(
      name = "list",
      description = "Lists the topics and how each differs from the catalogue.",
      footer = "  millrace topics list --bootstrap kafka:9092")
  static final class ListTopics extends KafkaCommand {

    @Override
    public Integer call() {
      Settings settings = settings();
      String prefix = settings.topics().prefix();
      var table = new TextTable("TOPIC", "PARTITIONS", "RETENTION", "STATE", "DESCRIPTION");
      try (var admin = ClusterConnection.connect(settings)) {
        for (State state : provisioner(admin, settings).inspect(catalogue(settings))) {
          TopicSpec spec = state.spec();
          int partitions =
              state instanceof State.Drifted drifted ? drifted.partitions() : spec.partitions();
          table.row(
              prefix + spec.name(),
              Integer.toString(partitions),
              spec.retention().map(kept -> kept.toDays() + " d").orElse("compacted"),
              describe(state),
              spec.description());
        }
      }
      table.print(out());
      return CommandLine.ExitCode.OK;
    }

    private static String describe(State state) {
      return switch (state) {
        case State.Matches matches -> "matches";
        case State.Missing missing -> "missing";
        case State.Drifted drifted -> {
          String differences = differences(drifted);
          yield differences.isEmpty() ? "matches" : "differs: " + differences;
        }
        case State.Unreadable unread -> "not compared: needs the right DESCRIBE_CONFIGS";
      };
    }

    private static String differences(State.Drifted drifted) {
      Map<String, String> differing = new TreeMap<>(drifted.settings());
      // Where several are possible, each cluster has as many as suit it.
      if (drifted.spec().fixed() && drifted.partitions() != drifted.spec().partitions()) {
        differing.put("partitions", Integer.toString(drifted.partitions()));
      }
      if (drifted.copies() > 0) {
        differing.put("replication.factor", Integer.toString(drifted.copies()));
      }
      return differing.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + entry.getValue())
          .collect(Collectors.joining(", "));
    }
  }

  private static Catalogue catalogue(Settings settings) {
    return Catalogue.load().withPartitions(settings.common().topicPartitions());
  }

  private static Provisioner provisioner(Admin admin, Settings settings) {
    return new Provisioner(admin, settings.topics().prefix(), settings.common().replication());
  }

  @Command(
      name = "apply",
      description = {
        "Creates missing topics and sets the configuration of topics that differ. Never deletes a"
            + " topic and never removes partitions."
      },
      footer = {
        "  millrace topics apply",
        "  millrace topics apply --add-partitions --set topics.prefix=test-"
      })
  static final class Apply extends KafkaCommand {

    @Option(
        names = "--add-partitions",
        description =
            "Adds partitions where the catalogue has more. Records of one key may then lie in two"
                + " partitions.")
    private boolean addPartitions;

    @Override
    public Integer call() {
      Settings settings = settings();
      try (var admin = ClusterConnection.connect(settings)) {
        List<String> report =
            provisioner(admin, settings).apply(catalogue(settings), addPartitions);
        report.forEach(out()::println);
        if (report.isEmpty()) {
          out().println("all topics match the catalogue");
        }
      }
      return CommandLine.ExitCode.OK;
    }
  }
}
