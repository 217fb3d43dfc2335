using System.Runtime.InteropServices;

namespace GemmaInference.Torch;

/// <summary>
/// Shares work among the threads that libtorch computes with, so that no others compete with them. Nothing is allocated
/// on the managed heap.
/// </summary>
internal static unsafe class ComputeThreads
{
    /// <summary>
    /// What libgomp runs on all its threads: the work, its state, how many threads (0 for as many as are set), flags.
    /// </summary>
    private static delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> _parallel;

    /// <summary>Gets whether this libtorch computes with threads that can be used: those of libgomp.</summary>
    public static bool AreThere => _parallel != null;

    /// <param name="cpu">Of <c>libtorch_cpu.so</c>, whose own libraries are looked in, too.</param>
    public static void Bind(Exports cpu) =>
        _parallel = (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)
            cpu.Find("GOMP_parallel");

    /// <summary>
    /// Has the numbers from 0 to <paramref name="count"/> worked on in stretches, on several threads where they are
    /// several. The work must not throw.
    /// </summary>
    /// <param name="work">Gets its state, the first number of a stretch, and the one behind its last.</param>
    public static void Run(delegate* <void*, long, long, void> work, void* state, long count, long stretch)
    {
        if (count <= stretch)
        {
            work(state, 0, count);
            return;
        }

        var share = new Share(work, state, count, stretch);
        _parallel(&TakeStretches, &share, 0, 0);
    }

    [UnmanagedCallersOnly]
    private static void TakeStretches(void* shared)
    {
        var share = (Share*)shared;
        while (true)
        {
            var start = Interlocked.Add(ref share->Taken, share->Stretch) - share->Stretch;
            if (start >= share->Count)
            {
                return;
            }

            share->Work(share->State, start, Math.Min(share->Count, start + share->Stretch));
        }
    }

    /// <summary>Holds what is left of the work.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Share(delegate* <void*, long, long, void> work, void* state, long count, long stretch)
    {
        public readonly delegate* <void*, long, long, void> Work = work;
        public readonly void* State = state;
        public readonly long Count = count;
        public readonly long Stretch = stretch;
        public long Taken;
    }
}
