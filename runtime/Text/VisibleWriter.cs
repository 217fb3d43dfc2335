using System.Text;

namespace GemmaOperator.Runtime.Text;

/// <summary>
/// Writes to a terminal what can be seen, and ends of lines: whatever is written, and by whom, no text of others moves
/// the cursor or rewrites what stands there.
/// </summary>
/// <param name="inner">The terminal; it stays open.</param>
public sealed class VisibleWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => inner.Write(VisibleText.Lines(value.ToString()));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => inner.Write(VisibleText.Lines(buffer.ToString()));

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(value is null ? null : VisibleText.Lines(value));

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task WriteAsync(char value) => inner.WriteAsync(VisibleText.Lines(value.ToString()));

    /// <inheritdoc/>
    public override Task WriteAsync(string? value) => inner.WriteAsync(value is null ? null : VisibleText.Lines(value));

    /// <inheritdoc/>
    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(VisibleText.Lines(buffer.ToString()).AsMemory(), cancellationToken);

    /// <inheritdoc/>
    public override async Task WriteLineAsync(string? value)
    {
        await WriteAsync(value);
        await inner.WriteAsync(inner.NewLine);
    }

    /// <inheritdoc/>
    public override Task FlushAsync() => inner.FlushAsync();
}
