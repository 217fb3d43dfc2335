namespace KubectlGemma.Output;

/// <summary>Holds one line of output, in pieces of one tone each.</summary>
internal sealed record Line(IReadOnlyList<Piece> Pieces)
{
    public static Line Empty { get; } = new([]);

    public string Text => string.Concat(Pieces.Select(p => p.Text)).TrimEnd();

    public static Line Of(params Piece[] pieces) => new(pieces);

    /// <summary>
    /// Breaks text between words so that it fits; the first line begins with the lead, the others below it.
    /// </summary>
    public static IEnumerable<Line> Wrapped(IReadOnlyList<Piece> lead, Piece text, int width)
    {
        var indent = lead.Sum(p => Cells.Width(p.Text));
        var begins = lead;
        foreach (var part in Cells.Wrap(text.Text, Math.Max(20, width - indent)))
        {
            yield return new Line([.. begins, new Piece(part, text.Tone)]);
            begins = [new Piece(new string(' ', indent))];
        }
    }
}
