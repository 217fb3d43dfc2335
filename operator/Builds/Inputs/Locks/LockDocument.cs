using GemmaOperator.Text;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>Holds a text that is TOML.</summary>
/// <param name="Root">Its values.</param>
/// <param name="PackageLines">Line of each <c>[[packages]]</c>, from 1; empty where they are written otherwise.</param>
internal sealed record LockDocument(TomlTable Root, IReadOnlyList<int> PackageLines)
{
    /// <summary>Bounds tables within tables; a lock has four, and tools may put their own into it.</summary>
    private const int MaxDepth = 16;

    private static readonly TomlSerializerOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads a text, or says in which line it isn't TOML.</summary>
    public static Parsed<LockDocument> Read(string text, string field)
    {
        try
        {
            // The values first: they are bounded in depth. The syntax then finds what is said twice, which they let
            // pass.
            var root = TomlSerializer.Deserialize<TomlTable>(text, Options) ?? [];
            var syntax = SyntaxParser.ParseStrict(text, Options, field, true);
            return Parsed<LockDocument>.Of(
                new LockDocument(
                    root,
                    [
                        .. syntax
                            .Tables.OfType<TableArraySyntax>()
                            .Where(t => t.Name?.ToString().Trim() == LockFile.Packages)
                            .Select(t => t.Span.Start.Line + 1),
                    ]
                )
            );
        }
        catch (ArgumentException)
        {
            // Tomlyn 2.10 fails so while it words an error about half a surrogate pair (found by fuzzing).
            return NoToml(field, "it isn't TOML: a character of it can't be read");
        }
        catch (TomlException e)
        {
            var (line, said) = e.Diagnostics.FirstOrDefault() is { } first
                ? (first.Span.Start.Line + 1, first.Message)
                : (e.Line, e.Message);
            return NoToml(line is > 0 ? $"{field} line {line}" : field, $"it isn't TOML: {Quoted.Of(said)}");
        }
    }

    private static Parsed<LockDocument> NoToml(string where, string problem) =>
        Parsed<LockDocument>.Wrong(
            where,
            problem,
            "make the lock anew with the tool that it is from, or leave out spec.requirements.format for pip's own "
                + "format"
        );
}
