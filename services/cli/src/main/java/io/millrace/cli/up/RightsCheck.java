package io.millrace.cli.up;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.kafka.Principal;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.access.Right;
import io.millrace.topics.access.Right.Need;
import io.millrace.topics.access.Rights;
import io.millrace.topics.access.RightsReview;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requires the rights of the services on the cluster, so that none fails halfway for want of one.
 */
final class RightsCheck {

  private static final Logger LOG = LoggerFactory.getLogger(RightsCheck.class);

  private final Settings settings;
  private final List<String> services;
  private final Rights rights;

  /**
   * A check.
   *
   * @param services the names of those that run; the settings say which variants they train
   */
  RightsCheck(Settings settings, List<String> services) {
    this.settings = settings;
    this.services = List.copyOf(services);
    this.rights = new Rights(Catalogue.load(), settings.topics().prefix());
  }

  /**
   * Fails if a right is missing that a service needs for its work; warns of those that are needed
   * for advice only.
   *
   * @throws CommandException names every missing right, and the command that grants it
   */
  void require(Admin admin) {
    List<Right> missing = new RightsReview(admin).missing(needed());
    List<Right> advice = missing.stream().filter(it -> it.need() == Need.ADVICE).toList();
    if (!advice.isEmpty()) {
      LOG.warn(
          "topics are not compared with the catalogue, for lack of {}; `millrace topics acls`"
              + " prints the commands that grant it",
          advice.stream().map(Right::toString).collect(Collectors.joining(", ")));
    }
    requireNone(missing.stream().filter(it -> it.need() == Need.WORK).toList());
  }

  private Set<Right> needed() {
    Set<Right> needed = new LinkedHashSet<>();
    services.forEach(service -> needed.addAll(needed(service)));
    return needed;
  }

  private List<Right> needed(String service) {
    return Stream.concat(
            rights.of(service).stream(),
            TrainedModel.trained(settings, service).stream()
                .filter(TrainedModel::isVariant)
                .flatMap(model -> rights.ofVariant(model.toString()).stream()))
        .toList();
  }

  private void requireNone(List<Right> missing) {
    if (missing.isEmpty()) {
      return;
    }
    String servers = settings.common().bootstrapServers();
    String principal = Principal.of(settings);
    throw new CommandException(
        "%s lacks rights on the Kafka cluster; one who may grant them runs:%n%s"
            .formatted(
                principal,
                missing.stream()
                    .map(right ->
                        "  %s, for %s: %s"
                            .formatted(right, whose(right), right.command(servers, principal)))
                    .collect(Collectors.joining(System.lineSeparator()))));
  }

  private String whose(Right right) {
    return services.stream()
        .filter(service -> needed(service).contains(right))
        .collect(Collectors.joining(", "));
  }
}
