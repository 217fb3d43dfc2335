using System.Runtime.InteropServices;
using GemmaInference.Torch;

namespace Inference.Tests.Torch;

internal sealed unsafe class ComputeThreadsTests
{
    [Test]
    public void Each_number_is_worked_on_once([Values(1, 64, 1000, 1001)] int count, [Values(1, 64)] int stretch)
    {
        Assume.That(ComputeThreads.AreThere);
        var worked = (int*)NativeMemory.AllocZeroed((nuint)count, sizeof(int));
        try
        {
            ComputeThreads.Run(&Count, worked, count, stretch);
            Assert.That(new ReadOnlySpan<int>(worked, count).ToArray(), Is.All.EqualTo(1));
        }
        finally
        {
            NativeMemory.Free(worked);
        }
    }

    private static void Count(void* state, long start, long end)
    {
        for (var at = start; at < end; at++)
        {
            Interlocked.Increment(ref ((int*)state)[at]);
        }
    }
}
