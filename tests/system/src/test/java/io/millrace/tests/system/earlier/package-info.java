/**
 * Earlier builds beside this one: what they have left on topics and disks is opened and gone on
 * with, and services of both replace each other under load. The file {@code earlier/builds} of the
 * test resources names the commits. Start at {@link
 * io.millrace.tests.system.earlier.EarlierStateTest}; {@link
 * io.millrace.tests.system.earlier.EarlierStateRecording} and {@code RollingUpgradeCampaign} run by
 * command only.
 */
@NullMarked
package io.millrace.tests.system.earlier;

import org.jspecify.annotations.NullMarked;
