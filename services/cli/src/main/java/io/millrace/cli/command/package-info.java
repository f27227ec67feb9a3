/**
 * What every command is built on: {@link io.millrace.cli.command.KafkaCommand}, the base class of
 * commands that talk to a Kafka cluster, and {@link io.millrace.cli.command.CommandException},
 * which ends a command with one line of explanation. Start reading at {@link
 * io.millrace.cli.command.KafkaCommand}.
 */
@NullMarked
package io.millrace.cli.command;

import org.jspecify.annotations.NullMarked;
