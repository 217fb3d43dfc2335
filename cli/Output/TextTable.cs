namespace KubectlGemma.Output;

/// <summary>
/// Lays out a table as kubectl does: columns as wide as their widest cell, three spaces between them.
/// </summary>
internal sealed class TextTable(params string[] headers)
{
    private const int Gap = 3;

    private readonly List<Piece[]> _rows = [];

    /// <summary>Gets how many rows there are.</summary>
    public int Count => _rows.Count;

    public void Add(params Piece[] cells) => _rows.Add(cells);

    /// <summary>Renders header and rows.</summary>
    /// <param name="withHeader">Whether the header comes first.</param>
    public IEnumerable<Line> Lines(bool withHeader = true)
    {
        var all = withHeader ? _rows.Prepend([.. headers.Select(h => new Piece(h, Tone.Dim))]) : _rows;
        var widths = new int[headers.Length];
        foreach (var row in all)
        {
            for (var i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], Cells.Width(Shown(row[i])));
            }
        }

        return all.Select(row => new Line([.. row.Select((cell, i) => Cell(cell, i == row.Length - 1, widths[i]))]));
    }

    private static Piece Cell(Piece cell, bool isLast, int width) =>
        new(isLast ? Shown(cell) : Cells.Pad(Shown(cell), width + Gap), cell.Tone);

    private static string Shown(Piece cell) => cell.Text.Length == 0 ? "-" : cell.Text;
}
