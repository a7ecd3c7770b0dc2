package fairlead.interpreter.fs;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.discovery.fs.FileWatches;
import fairlead.discovery.fs.TextFile;
import fairlead.interpreter.Delegation;
import fairlead.interpreter.Delegator;
import fairlead.interpreter.DtabInterpreter;
import fairlead.interpreter.Interpreter;
import fairlead.interpreter.InterpreterConfig;
import fairlead.interpreter.RulesState;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.NameSyntaxException;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * Kind {@code io.l5d.fs}: the rules of a file in front of those it is given ({@code
 * spec/routing.md} §9.2). While the file is missing, new names are pending; while it cannot be
 * parsed, they fail; names bound before go on with the last good rules.
 */
public final class FsInterpreter implements Interpreter, Delegator {
  private final DtabInterpreter interpreter;
  private final RulesState state;
  private final Activity<Dtab> stored;

  /**
   * An interpreter over {@code interpreter}, which has the namers and the transformers.
   *
   * @param watches how the file is watched
   * @param clock wall clock, for what is shown
   */
  public FsInterpreter(
      InterpreterConfig.Fs config,
      FileWatches watches,
      InstantSource clock,
      DtabInterpreter interpreter) {
    this.interpreter = interpreter;
    java.nio.file.Path file = config.dtabFile();
    this.state = new RulesState(file.toString(), clock);
    this.stored = state.noting(watches.text(file).mapState(text -> parse(file, text)));
  }

  private static State<Dtab> parse(java.nio.file.Path file, State<TextFile> state) {
    return switch (state) {
      case State.Ok<TextFile>(TextFile.Text(var text)) -> parse(file, text);
      case State.Ok<TextFile>(TextFile.Missing _) -> new State.Pending<>();
      case State.Pending<TextFile> _ -> new State.Pending<>();
      case State.Failed<TextFile>(var reason) -> new State.Failed<>(reason);
    };
  }

  private static State<Dtab> parse(java.nio.file.Path file, String text) {
    try {
      return new State.Ok<>(Dtabs.parse(text));
    } catch (NameSyntaxException e) {
      return new State.Failed<>(file + ": " + e.getMessage());
    }
  }

  @Override
  public Activity<NameTree<Bound>> bind(Dtab dtab, Path path) {
    return stored.keepingLastGood().flatMap(rules -> interpreter.bind(rules.concat(dtab), path));
  }

  @Override
  public Activity<Delegation> delegate(Dtab dtab, Path path) {
    return stored.flatMapState(
        state ->
            switch (state) {
              case State.Ok<Dtab>(var rules) -> interpreter.delegate(rules.concat(dtab), path);
              case State.Pending<Dtab> _ -> Activity.ok(new Delegation.Pending(path.show(), null));
              case State.Failed<Dtab>(var reason) ->
                  Activity.ok(new Delegation.Failed(path.show(), null, reason));
            });
  }

  /** For {@code /LABEL/interpreter_state/io.l5d.fs.json} ({@code spec/admin.md} §7). */
  public Map<String, Object> adminState() {
    return Map.of("state", state.toMap());
  }
}
