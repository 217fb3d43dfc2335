using System.Text;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Pip;

/// <summary>
/// Reads an environment marker by recursive descent: <c>or</c> and <c>and</c> over comparisons of a variable with a
/// quoted text, in brackets where wanted (PEP 508, and the older names that packaging still knows).
/// </summary>
internal static class EnvironmentMarker
{
    /// <summary>Bounds brackets within brackets; Python's own stack bounds pip's.</summary>
    private const int MaxDepth = 32;

    private const string Example = "write for example: ; python_version >= \"3.10\"";

    private static readonly string[] Variables =
    [
        "python_version",
        "python_full_version",
        "os_name",
        "sys_platform",
        "platform_release",
        "platform_system",
        "platform_version",
        "platform_machine",
        "platform_python_implementation",
        "implementation_name",
        "implementation_version",
        "extra",
    ];

    private static readonly string[] OlderVariables =
    [
        "os.name",
        "sys.platform",
        "platform.version",
        "platform.machine",
        "platform.python_implementation",
        "python_implementation",
    ];

    private static readonly string[] Comparisons = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

    /// <summary>Holds one side of a comparison.</summary>
    /// <param name="Text">Name or text.</param>
    /// <param name="IsVariable">Whether it is a name.</param>
    private readonly record struct Operand(string Text, bool IsVariable);

    /// <summary>Reads all of a text as a marker; says what is wrong with it, or null.</summary>
    public static (string Problem, string Remedy)? ProblemOf(string text)
    {
        var cursor = new TextCursor(text);
        if (Or(cursor, 0) && !cursor.IsAtEnd)
        {
            cursor.Fail($"there is {Quoted.Of(cursor.Rest)} behind a comparison", "join comparisons by and, or");
        }

        return cursor.Error;
    }

    /// <summary>
    /// Renders a marker with one blank for each run of space outside of quotes: what stands in quotes is compared as
    /// it is.
    /// </summary>
    public static string Normalize(string text)
    {
        var (normal, quote) = (new StringBuilder(), '\0');
        foreach (var c in text.Trim(' ', '\t'))
        {
            if (quote == '\0' && c is ' ' or '\t')
            {
                if (normal[^1] != ' ')
                {
                    normal.Append(' ');
                }

                continue;
            }

            normal.Append(c);
            quote =
                quote == c ? '\0'
                : quote == '\0' && c is '"' or '\'' ? c
                : quote;
        }

        return normal.ToString();
    }

    private static bool Or(TextCursor cursor, int depth)
    {
        do
        {
            if (!And(cursor, depth))
            {
                return false;
            }
        } while (TakeWord(cursor, "or"));
        return true;
    }

    private static bool And(TextCursor cursor, int depth)
    {
        do
        {
            if (!Atom(cursor, depth))
            {
                return false;
            }
        } while (TakeWord(cursor, "and"));
        return true;
    }

    private static bool Atom(TextCursor cursor, int depth)
    {
        cursor.SkipSpace();
        if (!cursor.Take("("))
        {
            return Comparison(cursor);
        }

        if (depth >= MaxDepth)
        {
            return cursor.Fail($"it has more than {MaxDepth} brackets within each other", "leave some out");
        }

        if (!Or(cursor, depth + 1))
        {
            return false;
        }

        if (!cursor.Take(")"))
        {
            return cursor.Fail("a bracket isn't closed", "close it with )");
        }

        cursor.SkipSpace();
        return true;
    }

    private static bool Comparison(TextCursor cursor)
    {
        if (ReadOperand(cursor) is not { } left)
        {
            return false;
        }

        cursor.SkipSpace();
        if (ReadOperator(cursor) is not { } operation)
        {
            return cursor.Fail(
                $"there is {(cursor.IsAtEnd ? "nothing" : Quoted.Of(cursor.Rest))} behind {left.Text} where a "
                    + "comparison would stand",
                "compare by ==, !=, <, <=, >, >=, ~=, ===, in or not in"
            );
        }

        cursor.SkipSpace();
        if (ReadOperand(cursor) is not { } right)
        {
            return false;
        }

        cursor.SkipSpace();
        if (!left.IsVariable && !right.IsVariable)
        {
            return cursor.Fail("it compares two texts", Example);
        }

        // packaging finds no meaning in ~= with anything but a version, and pip ends with a stack trace.
        return operation != "~="
            || right.IsVariable
            || VersionClause.ProblemOf("~=", right.Text.Trim()) is not { } wrong
            || cursor.Fail(wrong.Problem, wrong.Remedy);
    }

    private static string? ReadOperator(TextCursor cursor)
    {
        if (Array.Find(Comparisons, cursor.Take) is { } comparison)
        {
            return comparison;
        }

        if (TakeWord(cursor, "in"))
        {
            return "in";
        }

        if (!TakeWord(cursor, "not"))
        {
            return null;
        }

        cursor.SkipSpace();
        return TakeWord(cursor, "in") ? "not in" : null;
    }

    private static Operand? ReadOperand(TextCursor cursor)
    {
        if (cursor.Next is '"' or '\'')
        {
            var quote = cursor.Next.ToString();
            cursor.Take(quote);
            var text = cursor.TakeWhile(c => c != quote[0]);
            if (!cursor.Take(quote))
            {
                cursor.Fail("a quoted text isn't closed", $"close it with {quote}; pip takes \" #\" for a comment");
                return null;
            }

            if (text.AsSpan().IndexOfAny('\t', '\\') >= 0)
            {
                cursor.Fail("a quoted text holds a tab or a backslash", "write neither in quotes");
                return null;
            }

            return new Operand(text, IsVariable: false);
        }

        var name = cursor.TakeWhile(IsWord);
        if (Variables.Contains(name, StringComparer.Ordinal) || OlderVariables.Contains(name, StringComparer.Ordinal))
        {
            return new Operand(name, IsVariable: true);
        }

        cursor.Fail(
            name.Length > 0 ? $"{Quoted.Of(name)} is no variable of markers" : "a name or a quoted text is missing",
            $"compare one of {string.Join(", ", Variables)} with a text in quotes"
        );
        return null;
    }

    /// <summary>Passes a word that ends where it should.</summary>
    private static bool TakeWord(TextCursor cursor, string word)
    {
        var rest = cursor.Rest;
        return rest.StartsWith(word, StringComparison.Ordinal)
            && (rest.Length == word.Length || !IsWord(rest[word.Length]))
            && cursor.Take(word);
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.';
}
