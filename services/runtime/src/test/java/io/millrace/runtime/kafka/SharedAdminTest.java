package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.settings.Settings;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

final class SharedAdminTest {

  // Nobody listens there: none of these clients sends anything.
  private final Settings settings = Settings.of(Map.of("bootstrap.servers", "127.0.0.1:1"));

  @Test
  void theSameClusterAndRightsShareAClientUntilTheLastLeaseEnds() {
    SharedAdmin.Lease first = SharedAdmin.lease(settings);
    SharedAdmin.Lease second = SharedAdmin.lease(settings);
    Admin shared = first.admin();
    assertThat(second.admin()).isSameAs(shared);

    first.close();
    first.close();
    SharedAdmin.Lease third = SharedAdmin.lease(settings);
    assertThat(third.admin()).isSameAs(shared);

    second.close();
    third.close();
    assertThatThrownBy(() -> shared.listTopics().names().get())
        .isInstanceOf(ExecutionException.class);
    try (SharedAdmin.Lease fresh = SharedAdmin.lease(settings)) {
      assertThat(fresh.admin()).isNotSameAs(shared);
    }
  }

  @Test
  void otherSettingsOfTheClientHaveAClientOfTheirOwn() {
    Settings others = settings.with(Map.of("kafka.client.id", "somebody-else"));
    try (SharedAdmin.Lease one = SharedAdmin.lease(settings);
        SharedAdmin.Lease other = SharedAdmin.lease(others)) {
      assertThat(other.admin()).isNotSameAs(one.admin());
    }
  }
}
