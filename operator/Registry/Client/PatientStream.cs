namespace GemmaOperator.Registry.Client;

/// <summary>Reads a body that may take long as a whole, but no single read of it may.</summary>
/// <param name="inner">The body; it is closed with this.</param>
/// <param name="patience">Bounds each read.</param>
/// <param name="time">What reads are timed by.</param>
internal sealed class PatientStream(Stream inner, TimeSpan patience, TimeProvider time) : ForwardStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await Inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing more came within {patience.TotalSeconds:0} s", e);
        }
    }
}
