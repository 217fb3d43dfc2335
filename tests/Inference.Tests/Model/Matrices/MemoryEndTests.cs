using System.ComponentModel;
using System.Runtime.InteropServices;
using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

/// <summary>What products read lies at the end of memory that may be read: one byte more ends the process.</summary>
internal sealed partial class MemoryEndTests
{
    private const int Page = 4096;
    private const int Outputs = 64;
    private const int Columns = 160;

    private readonly List<nint> _closed = [];

    [OneTimeSetUp]
    public void AreUsedHere() => IntegerProducts.AreComputedHere();

    [Test]
    public void Nothing_behind_the_last_number_is_read([Values(1, 2, 4, 8, 12)] int rows)
    {
        using var scope = TensorScope.Open();
        try
        {
            var x = AtEnd(IntegerProducts.Rows(rows, Columns));
            var weight = IntegerProducts.Numbers(Outputs, Columns, 1);
            var eight = AtEnd(weight.Multiply(127f).To(ScalarType.Int8));
            var scales = AtEnd(Tensor.Full([Outputs], 1 / 127.0, ScalarType.Float32, Device.Cpu));
            var four = AtEnd(Packed(weight));
            var dense = AtEnd(weight.To(ScalarType.BFloat16));
            var expected = IntegerProducts.Floats(x.Linear(dense));
            Near(Int8Product.Apply(x, eight, scales), expected);
            Near(Int4Product.Apply(x, four, Outputs), expected, 1.5f);
            Near(FewRowsProduct.Apply<BFloat16Weights>(x, dense, scales: null), expected);
            _ = Int4Widening.Widen(four, 0, Outputs / Int4Blocks.Outputs, Columns);
        }
        finally
        {
            _closed.ForEach(page => Protect(page, Protection.ReadAndWrite));
            _closed.Clear();
        }
    }

    private static void Near(Tensor actual, float[] expected, float tolerance = 0.75f) =>
        Assert.That(IntegerProducts.Floats(actual), Is.EqualTo(expected).Within(tolerance));

    private static Tensor Packed(Tensor weight)
    {
        var steps = Tensor.Empty(weight.Shape, ScalarType.Int32, Device.Cpu);
        var scales = Tensor.Empty([Columns / Int4Blocks.Columns, Outputs, 2], ScalarType.Float32, Device.Cpu);
        Rounding.ToInt4(weight, steps, scales, Int4Blocks.Columns, ScalarType.BFloat16);
        return Int4Blocks.Pack(steps, scales);
    }

    /// <summary>Copies numbers to the end of a page, and lets nobody read the next.</summary>
    private Tensor AtEnd(Tensor numbers)
    {
        var (size, count) = (numbers.Type.Size(), numbers.Count);
        var room = Tensor.Empty([count + (2 * Page / size)], numbers.Type, Device.Cpu);
        var end = (room.Address + (nint)(count * size) + Page - 1) & ~(nint)(Page - 1);
        var part = room.Narrow(0, ((end - room.Address) / size) - count, count);
        part.CopyFrom(numbers.Contiguous().View(count));
        Protect(end, Protection.None);
        _closed.Add(end);
        return numbers.Rank == 1 ? part : part.View(numbers.Size(0), numbers.Size(1));
    }

    private static void Protect(nint page, Protection protection)
    {
        if (SetProtection(page, Page, protection) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int SetProtection(nint start, nint length, Protection protection);

    private enum Protection
    {
        None = 0,
        ReadAndWrite = 3,
    }
}
