using System.Collections.Concurrent;

namespace GemmaInference.Fetch.Download;

/// <summary>
/// Lends buffers from when bytes come until they are written and hashed. As many are made as are in use at once, which
/// the connections and the hashes' queues bound; what is given back is lent next, while the processor's cache has it.
/// </summary>
internal sealed class Blocks
{
    /// <summary>Bytes of a buffer: calls are few, and a core's own cache holds several.</summary>
    public const int Size = 512 << 10;

    private readonly ConcurrentStack<byte[]> _free = new();

    public byte[] Rent() => _free.TryPop(out var block) ? block : GC.AllocateUninitializedArray<byte>(Size);

    public void Return(byte[] block) => _free.Push(block);
}
