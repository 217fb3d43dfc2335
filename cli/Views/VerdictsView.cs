using System.Text.Json.Nodes;
using KubectlGemma.Images;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out what came of checking an image, one thing a line.</summary>
internal static class VerdictsView
{
    public static IEnumerable<Line> Lines(string image, IReadOnlyList<Verdict> verdicts, int width) =>
        [
            Line.Of(new Piece(image, Tone.Strong)),
            .. verdicts.SelectMany(v =>
                Line.Wrapped(
                    [
                        new Piece($"  {Word(v.Finding), -9}", ToneOf(v.Finding)),
                        new Piece($"{v.Subject, -12}", Tone.Dim),
                    ],
                    new Piece(v.Text),
                    width
                )
            ),
        ];

    public static JsonArray Data(IEnumerable<Verdict> verdicts) =>
        [
            .. verdicts.Select(v => new JsonObject
            {
                ["check"] = v.Subject,
                ["finding"] = v.Finding.ToString(),
                ["message"] = v.Text,
            }),
        ];

    private static string Word(Finding finding) =>
        finding switch
        {
            Finding.Holds => "ok",
            Finding.Fails => "WRONG",
            Finding.Unknown => "unknown",
            Finding.NotAsked => "-",
        };

    private static Tone ToneOf(Finding finding) =>
        finding switch
        {
            Finding.Holds => Tone.Good,
            Finding.Fails => Tone.Bad,
            Finding.Unknown => Tone.Warning,
            Finding.NotAsked => Tone.Dim,
        };
}
