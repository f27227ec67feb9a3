package io.millrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.console.parts.ConsolePart;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class ConsoleServiceTest {

  private final List<String> done = new CopyOnWriteArrayList<>();

  @Test
  void allPartsArePreparedBeforeTheWorkerOfAnyStarts() {
    var service = new ConsoleService(List.of(new Part("first"), new Part("second")));

    service.start();
    Await.until("both workers", () -> done.size() == 4);
    service.close(Duration.ofSeconds(10));

    assertThat(done.subList(0, 2)).containsExactly("first is prepared", "second is prepared");
    assertThat(done.subList(2, 4)).containsExactlyInAnyOrder("first starts", "second starts");
  }

  private final class Part implements ConsolePart {

    private final String name;
    private final LoopService worker;

    private Part(String name) {
      this.name = name;
      this.worker = new LoopService(name, _ -> done.add(name + " starts"));
    }

    @Override
    public void prepare() {
      done.add(name + " is prepared");
    }

    @Override
    public List<HttpRoute> routes() {
      return List.of();
    }

    @Override
    public Optional<Service> worker() {
      return Optional.of(worker);
    }
  }
}
