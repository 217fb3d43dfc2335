using System.Globalization;
using DiffPlex.Renderer;
using GemmaOperator.BaseImages.Forecasts;

namespace KubectlGemma.Planning;

/// <summary>Holds how a text of a build changes, as a unified diff without what looks like a credential.</summary>
/// <param name="Name">Of the text.</param>
/// <param name="Unified">The diff, by lines; none where nothing changes.</param>
internal sealed record TextDiff(string Name, IReadOnlyList<string> Unified)
{
    private const int Context = 3;

    /// <param name="name">Of the text.</param>
    /// <param name="old">Before.</param>
    /// <param name="now">After.</param>
    /// <param name="build">The build that it is compared with; null for none.</param>
    public static TextDiff Between(string name, string old, string now, string? build)
    {
        var (before, after) = (Masked.Lines(old).TrimEnd('\n'), Masked.Lines(now).TrimEnd('\n'));
        return new TextDiff(
            name,
            old == now ? []
                : before.Length == 0 ? Whole(name, after)
                :
                [
                    .. UnidiffRenderer
                        .GenerateUnidiff(
                            before,
                            after,
                            $"{name} of {build}",
                            name,
                            ignoreWhitespace: false,
                            ignoreCase: false,
                            Context
                        )
                        .ReplaceLineEndings("\n")
                        .TrimEnd('\n')
                        .Split('\n'),
                ]
        );
    }

    private static List<string> Whole(string name, string text)
    {
        var lines = text.Split('\n');
        return
        [
            "--- /dev/null",
            $"+++ {name}",
            $"@@ -0,0 +1,{lines.Length.ToString(CultureInfo.InvariantCulture)} @@",
            .. lines.Select(l => $"+{l}"),
        ];
    }
}
