package io.millrace.console.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.http.HttpRoute;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class QueryTest {

  private record Asked(Optional<String> again) implements HttpRoute.Request {
    @Override
    public String pathParam(String name) {
      return "";
    }

    @Override
    public Optional<String> queryParam(String name) {
      return again;
    }
  }

  @Test
  void anOptionIsEmptyOrTrue() {
    assertThat(Query.flag(new Asked(Optional.empty()), "again")).isFalse();
    assertThat(Query.flag(new Asked(Optional.of("")), "again")).isTrue();
    assertThat(Query.flag(new Asked(Optional.of("true")), "again")).isTrue();
    assertThatThrownBy(() -> Query.flag(new Asked(Optional.of("false")), "again"))
        .hasMessageContaining("empty or true, was false");
  }
}
