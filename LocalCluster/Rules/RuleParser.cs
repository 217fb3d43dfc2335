using Antlr4.Runtime;
using Cel.Internal;

namespace LocalCluster.Rules;

/// <summary>Parses expressions by the Cel package's grammar.</summary>
internal static class RuleParser
{
    /// <exception cref="RuleSyntaxException">It is no expression.</exception>
    public static CelParser.StartContext Parse(string source)
    {
        var listener = new Listener(source);
        var lexer = new CelLexer(new AntlrInputStream(source));
        lexer.RemoveErrorListeners();
        lexer.AddErrorListener(listener);
        var parser = new CelParser(new CommonTokenStream(lexer));
        parser.RemoveErrorListeners();
        parser.AddErrorListener(listener);
        var tree = parser.start();
        return listener.First is { } error ? throw error : tree;
    }

    private sealed class Listener(string source) : IAntlrErrorListener<IToken>, IAntlrErrorListener<int>
    {
        public RuleSyntaxException? First { get; private set; }

        public void SyntaxError(
            TextWriter output,
            IRecognizer recognizer,
            IToken offendingSymbol,
            int line,
            int charPositionInLine,
            string msg,
            RecognitionException e
        ) => First ??= new RuleSyntaxException(source, line, charPositionInLine, $"Syntax error: {msg}");

        public void SyntaxError(
            TextWriter output,
            IRecognizer recognizer,
            int offendingSymbol,
            int line,
            int charPositionInLine,
            string msg,
            RecognitionException e
        ) => First ??= new RuleSyntaxException(source, line, charPositionInLine, $"Syntax error: {msg}");
    }
}
