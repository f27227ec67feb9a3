package io.millrace.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SettingDescriptionTest {

  @Test
  void namesTheAcceptedValues() {
    assertThat(accepted(Type.INT, 5, Range.between(0, 65535))).isEqualTo("integer, 0 to 65535");
    assertThat(accepted(Type.LONG, 5L, Range.atLeast(1))).isEqualTo("integer, at least 1");
    assertThat(accepted(Type.DOUBLE, 0.5, Range.between(0, 0.999))).isEqualTo("number, 0 to 0.999");
    assertThat(accepted(Type.STRING, "a", ValidString.in("a", "b"))).isEqualTo("a, b");
    assertThat(accepted(Type.STRING, "a", new NonEmptyString())).isEqualTo("text, not empty");
    assertThat(accepted(Type.STRING, "", null)).isEqualTo("text");
    assertThat(accepted(Type.BOOLEAN, true, null)).isEqualTo("true, false");
  }

  @Test
  void showsAnEmptyDefault() {
    assertThat(SettingDescription.defaultValue(key(Type.STRING, "", null))).isEqualTo("\"\"");
    assertThat(SettingDescription.defaultValue(key(Type.INT, 7, null))).isEqualTo("7");
  }

  private static String accepted(Type type, Object value, @Nullable Validator validator) {
    return SettingDescription.accepted(key(type, value, validator));
  }

  private static ConfigKey key(Type type, Object value, @Nullable Validator validator) {
    return new ConfigDef()
        .define("a.setting", type, value, validator, Importance.LOW, "What it does.")
        .configKeys()
        .get("a.setting");
  }
}
