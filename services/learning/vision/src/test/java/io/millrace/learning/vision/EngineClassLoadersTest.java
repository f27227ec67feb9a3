package io.millrace.learning.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.vision.images.DecodedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes of an engine come from its folder, those of its contract from where we are. */
final class EngineClassLoadersTest {

  @TempDir Path engines;

  @BeforeEach
  void anEngineInAFolder() throws IOException {
    Path folder = Files.createDirectory(engines.resolve("folded"));
    String name = DecodedImage.class.getName().replace('.', '/') + ".class";
    try (var jar = new JarOutputStream(Files.newOutputStream(folder.resolve("engine.jar")));
        InputStream bytes =
            Objects.requireNonNull(DecodedImage.class.getResourceAsStream("DecodedImage.class"))) {
      jar.putNextEntry(new JarEntry(name));
      bytes.transferTo(jar);
    }
    System.setProperty(EngineClassLoaders.PROPERTY, engines.toString());
  }

  @AfterEach
  void forget() {
    System.clearProperty(EngineClassLoaders.PROPERTY);
  }

  @Test
  void itsOwnJarsWinOverTheClassPath() throws Exception {
    ClassLoader loader = EngineClassLoaders.loader("folded").orElseThrow();

    Class<?> picture = loader.loadClass(DecodedImage.class.getName());
    Class<?> contract = loader.loadClass(VisionEngine.class.getName());

    assertThat(picture).isNotSameAs(DecodedImage.class);
    assertThat(picture.getClassLoader()).isSameAs(loader);
    assertThat(contract).isSameAs(VisionEngine.class);
  }

  @Test
  void aFolderHasOneLoaderForGood() {
    assertThat(EngineClassLoaders.loader("folded")).isEqualTo(EngineClassLoaders.loader("folded"));
  }

  @Test
  void whatHasNoFolderIsLookedForOnTheClassPath() {
    assertThat(EngineClassLoaders.loader("abacus")).isEmpty();
    assertThat(EngineClassLoaders.loader("../folded")).isEmpty();
    System.clearProperty(EngineClassLoaders.PROPERTY);
    assertThat(EngineClassLoaders.loader("folded")).isEmpty();
  }

  @Test
  void anEngineThatIsNowhereIsNamedWithWhatToDo() {
    assertThatThrownBy(() -> VisionEngine.named("abacus"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("abacus")
        .hasMessageContaining(engines.toString())
        .hasMessageContaining("docs/operations.md");
  }
}
