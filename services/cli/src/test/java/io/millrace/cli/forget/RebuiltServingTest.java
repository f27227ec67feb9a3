package io.millrace.cli.forget;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RebuiltServingTest {

  @Test
  void onlyTheVersionToRollBackToIsTakenAwayAndRulesGoOnWhereTheyDid() {
    assertThat(reason(7L, ServingReason.PROMOTED)).isEqualTo(ServingReason.PROMOTED);
    assertThat(reason(7L, ServingReason.HELD)).isEqualTo(ServingReason.HELD);
    assertThat(reason(7L, ServingReason.DRIFT)).isEqualTo(ServingReason.HELD);
    assertThat(reason(null, ServingReason.FOLLOWED)).isEqualTo(ServingReason.FOLLOWED);
  }

  private static ServingReason reason(@Nullable Long version, ServingReason before) {
    var decision =
        new ServingDecision("vision", version, 3L, before, "ada", "", "", "", null, null);
    Optional<ServingDecision> decided =
        RebuiltServing.decision(
            Settings.of(Map.of()),
            "vision",
            new ServingPointer(decision, Instant.EPOCH),
            new VersionId("vision", 3)::equals);
    assertThat(decided).isPresent();
    assertThat(decided.orElseThrow().getVersion()).isEqualTo(version);
    assertThat(decided.orElseThrow().getPrevious()).isNull();
    return decided.orElseThrow().getReason();
  }
}
