package io.millrace.console.inference;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.scoring.answers.ServedModel;
import io.millrace.scoring.answers.ServingLog;
import io.millrace.scoring.answers.VersionSelector;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A kind of models, and how its versions are made to answer.
 *
 * @param name such as {@code vision}
 * @param policy who decides which version serves
 * @param loader makes a predictor
 * @param disposer closes a predictor
 * @param describer says what a version takes and gives by its manifest alone; empty if that does
 *     not say it
 * @param factory makes a model that answers
 */
record ModelKind<P>(
    String name,
    ServingPolicy policy,
    Function<SafeTensors, P> loader,
    Consumer<P> disposer,
    Function<ModelManifest, Optional<InferenceModel.Description>> describer,
    Factory<P> factory) {

  /** Makes a model that answers by a source of versions. */
  interface Factory<P> {
    InferenceModel model(
        String name, VersionSource<P> source, Supplier<Optional<ServedModel.Version<P>>> newest);
  }

  /** What serves, and what selects it. */
  record Serving(InferenceModel model, VersionSelector selector) {}

  /** Knows the version that was loaded last. */
  private static final class Newest<P> implements ServedModel.Listener {

    private volatile ServedModel.@Nullable Version<P> version;

    @Override
    public void loaded(Duration took) {}

    @SuppressWarnings("unchecked") // It is the version of the one model that tells this.
    @Override
    public void serves(ServedModel.Version<?> now) {
      version = (ServedModel.Version<P>) now;
    }

    @Override
    public void swapped(ServedModel.Version<?> before, ServedModel.Version<?> after) {}

    Optional<ServedModel.Version<P>> get() {
      return Optional.ofNullable(version);
    }
  }

  private static final VersionSelector.Listener UNOBSERVED =
      new VersionSelector.Listener() {
        @Override
        public void passedOver() {}

        @Override
        public void fallenBack(boolean now) {}
      };

  /** The model that follows what serves; nothing does yet. */
  Serving serving(ServingLog log) {
    var newest = new Newest<P>();
    var served = new ServedModel<>(name, 1, loader, disposer, newest);
    var selector = new VersionSelector(policy, served, log, UNOBSERVED);
    var source = new VersionSource<>(served, Optional.of(selector));
    return new Serving(factory.model(name, source, newest::get), selector);
  }

  /**
   * The model of one version.
   *
   * @throws IncompatibleStateException if it cannot be used
   */
  InferenceModel fixed(ModelVersion version) {
    var newest = new Newest<P>();
    var served = new ServedModel<>(name, 1, loader, disposer, newest);
    served.load(version);
    var source = new VersionSource<>(served, Optional.empty());
    return factory.model(version.id().toString(), source, newest::get);
  }
}
