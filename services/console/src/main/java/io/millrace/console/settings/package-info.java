/** The settings in force, over HTTP: {@link io.millrace.console.settings.SettingsRoute}. */
@NullMarked
package io.millrace.console.settings;

import org.jspecify.annotations.NullMarked;
