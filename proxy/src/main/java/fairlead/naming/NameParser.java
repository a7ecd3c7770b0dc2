package fairlead.naming;

import fairlead.naming.NameTree.Alt;
import fairlead.naming.NameTree.Empty;
import fairlead.naming.NameTree.Fail;
import fairlead.naming.NameTree.Leaf;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.NameTree.Union;
import fairlead.naming.NameTree.Weighted;
import java.util.ArrayList;
import java.util.List;

/** The grammars of {@code spec/routing.md} §1–3, one method a rule. One use, one thread. */
final class NameParser {
  /** Dtabs come from strangers too (`l5d-dtab`), and every parenthesis costs stack. */
  private static final int MAX_NESTING = 100;

  private final String text;
  private int at;

  NameParser(String text) {
    this.text = text;
  }

  Path wholePath() {
    skipSpace();
    Path path = path();
    skipSpace();
    expectEnd("end of input");
    return path;
  }

  NameTree<Path> wholeTree() {
    NameTree<Path> tree = tree(0);
    expectEnd("end of input");
    return tree;
  }

  Prefix wholePrefix() {
    skipSpace();
    Prefix prefix = prefix();
    skipSpace();
    expectEnd("end of input");
    return prefix;
  }

  Dtab wholeDtab() {
    var dentries = new ArrayList<Dentry>();
    do {
      skipSpace();
      if (at < text.length() && text.charAt(at) != ';') {
        dentries.add(dentry());
      }
    } while (take(';'));
    expectEnd("';'");
    return new Dtab(dentries);
  }

  private Dentry dentry() {
    Prefix prefix = prefix();
    skipSpace();
    expect('=');
    expect('>');
    return new Dentry(prefix, tree(0));
  }

  private Prefix prefix() {
    expect('/');
    var elements = new ArrayList<Prefix.Element>();
    if (atLabel() || at('*')) {
      do {
        elements.add(take('*') ? new Prefix.Element.Any() : new Prefix.Element.Label(label()));
      } while (take('/'));
    }
    return new Prefix(elements);
  }

  /** Ends after the white space that follows the tree. */
  private NameTree<Path> tree(int depth) {
    var trees = new ArrayList<NameTree<Path>>();
    do {
      trees.add(union(depth));
    } while (take('|'));
    return trees.size() == 1 ? trees.getFirst() : new Alt<>(trees);
  }

  private NameTree<Path> union(int depth) {
    var trees = new ArrayList<Weighted<Path>>();
    do {
      trees.add(weighted(depth));
    } while (take('&'));
    return trees.size() == 1 ? trees.getFirst().tree() : new Union<>(trees);
  }

  private Weighted<Path> weighted(int depth) {
    skipSpace();
    double weight = 1.0;
    if (at('.') || atDigit()) {
      weight = number();
      skipSpace();
      expect('*');
      skipSpace();
    }
    NameTree<Path> tree = simple(depth);
    skipSpace();
    return new Weighted<>(weight, tree);
  }

  private NameTree<Path> simple(int depth) {
    if (at('/')) {
      return new Leaf<>(path());
    }
    if (take('!')) {
      return new Fail<>();
    }
    if (take('~')) {
      return new Neg<>();
    }
    if (take('$')) {
      return new Empty<>();
    }
    if (depth < MAX_NESTING && take('(')) {
      NameTree<Path> tree = tree(depth + 1);
      expect(')');
      return tree;
    }
    throw expected(at('(') ? "at most " + MAX_NESTING + " nested parentheses" : "name tree");
  }

  private double number() {
    int from = at;
    while (atDigit()) {
      at++;
    }
    if (take('.')) {
      while (atDigit()) {
        at++;
      }
    }
    if (at - from == 1 && text.charAt(from) == '.') {
      throw expected("digit");
    }
    double number = Double.parseDouble(text.substring(from, at));
    if (Double.isInfinite(number)) {
      at = from;
      throw expected("smaller number");
    }
    return number;
  }

  private Path path() {
    expect('/');
    if (!atLabel()) {
      return Path.EMPTY;
    }
    List<String> elements = new ArrayList<>();
    do {
      elements.add(label());
    } while (take('/'));
    return new Path(elements);
  }

  private String label() {
    var label = new StringBuilder();
    while (atLabel()) {
      if (take('\\')) {
        expect('x');
        label.append((char) (hexDigit() << 4 | hexDigit()));
      } else {
        label.append(text.charAt(at++));
      }
    }
    if (label.isEmpty()) {
      throw expected("label char");
    }
    return label.toString();
  }

  private int hexDigit() {
    char c = at < text.length() ? text.charAt(at) : ' ';
    int digit = c < 128 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw expected("hex char");
    }
    at++;
    return digit;
  }

  private void skipSpace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int newline = text.indexOf('\n', at);
        at = newline < 0 ? text.length() : newline + 1;
      } else if (Character.isWhitespace(c)) {
        at++;
      } else {
        return;
      }
    }
  }

  private boolean atLabel() {
    return at < text.length() && (Path.isShowable(text.charAt(at)) || text.charAt(at) == '\\');
  }

  private boolean atDigit() {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private boolean at(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean take(char c) {
    boolean found = at(c);
    if (found) {
      at++;
    }
    return found;
  }

  private void expect(char c) {
    if (!take(c)) {
      throw expected("'" + c + "'");
    }
  }

  private void expectEnd(String expected) {
    if (at < text.length()) {
      throw expected(expected);
    }
  }

  private NameSyntaxException expected(String what) {
    return new NameSyntaxException(what, text, at);
  }
}
