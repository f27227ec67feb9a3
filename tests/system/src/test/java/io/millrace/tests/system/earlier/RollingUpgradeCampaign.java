package io.millrace.tests.system.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Upgrades from the last promised build to this one and rolls back, under load, by command:
 *
 * <pre>
 * mvn -pl tests/system -am test -Dtest=RollingUpgradeCampaign \
 *     -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dtest.flags="-Dupgrade.orders=10 -Dupgrade.seed=1"
 * </pre>
 *
 * <p>Each service runs in a process of its own, or as {@code upgrade.processes} says. In a random
 * order each process gets one of this build beside it and then stops; then in another order the
 * same way back. With {@code
 * -Dupgrade.processes=vision;text,embedding,classifier;labelling,scoring,evaluation} an order takes
 * about six minutes on two busy cores.
 */
final class RollingUpgradeCampaign {

  @TempDir private Path folder;

  @Test
  void nothingIsLostTwiceOrRefused() throws Exception {
    EarlierBuild build = EarlierBuild.of(EarlierBuild.promised().getLast());
    int orders = Integer.getInteger("upgrade.orders", 1);
    long seed = Long.getLong("upgrade.seed", 1);
    List<String> reports = new ArrayList<>();
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      for (int order = 0; order < orders; order++) {
        reports.add(run(build, broker.bootstrapServers(), seed + order));
        System.out.println(reports.getLast());
      }
    }
    assertThat(reports).hasSize(orders).allMatch(it -> it.endsWith("0 lost, 0 twice, 0 refused"));
  }

  private String run(EarlierBuild build, String bootstrap, long seed) throws Exception {
    var random = new Random(seed);
    List<String> order = new ArrayList<>(MixedCluster.PROCESSES);
    try (var cluster = new MixedCluster(build, bootstrap, "order" + seed + "-", folder)) {
      cluster.start();
      cluster.beginLoad();
      Collections.shuffle(order, random);
      for (String service : order) {
        cluster.upgrade(service);
      }
      List<String> back = new ArrayList<>(order);
      Collections.shuffle(back, random);
      for (String service : back) {
        cluster.rollBack(service);
      }
      return "seed %d, upgraded %s, back %s: %s".formatted(seed, order, back, cluster.outcome());
    }
  }
}
