package io.millrace.cli.topics;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.access.Right;
import io.millrace.topics.access.Rights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the commands that grant the least rights. */
@Command(
    name = "acls",
    description = {
      "Prints the kafka-acls.sh commands that grant each service the rights that it needs on the"
          + " cluster, and no other; likewise the people who send (producers), who watch"
          + " (watchers), and who use the other commands (operators). With the setting"
          + " vision.variants, also the rights for these. Asks no cluster, and changes nothing."
    },
    footer = {
      "  millrace topics acls",
      "  millrace topics acls --service vision --principal User:CN=vision | sh"
    })
final class TopicsAclsCommand extends KafkaCommand {

  @Option(
      names = "--service",
      split = ",",
      paramLabel = "NAME",
      description = "The services, or producers, watchers, operators. Default: all.")
  private List<String> services = List.of();

  @Option(
      names = "--principal",
      paramLabel = "PRINCIPAL",
      description = "Who gets the rights. Default: User:millrace-NAME for each.")
  private @Nullable String principal;

  @Override
  public Integer call() {
    Settings settings = settings();
    var rights = new Rights(Catalogue.load(), settings.topics().prefix());
    for (String who : services.isEmpty() ? rights.everyone() : services) {
      out().println("# " + who);
      String given = principal == null ? Rights.principal(who) : principal;
      for (Right right : of(settings, rights, who)) {
        out().println(right.command(settings.common().bootstrapServers(), given));
      }
    }
    out().flush();
    return CommandLine.ExitCode.OK;
  }

  private List<Right> of(Settings settings, Rights rights, String who) {
    try {
      List<Right> all = new ArrayList<>(rights.of(who));
      TrainedModel.trained(settings, who).stream()
          .filter(TrainedModel::isVariant)
          .forEach(model -> all.addAll(rights.ofVariant(model.toString())));
      return all;
    } catch (IllegalArgumentException e) {
      throw usageError("--service: " + e.getMessage());
    }
  }
}
