using System.Runtime.InteropServices;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace Inference.Tests.Torch;

internal sealed class AbiTests
{
    [Test]
    public void An_error_is_libtorchs_own_words()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Zeros([2, 3], ScalarType.Float32, Device.Cpu);
        var direct = Assert.Throws<TorchException>(() => x.Add(Tensor.Zeros([4], ScalarType.Float32, Device.Cpu)));
        Assert.That(
            direct!.Message,
            Is.EqualTo(
                "aten::add.Tensor: The size of tensor a (3) must match the size of tensor b (4) at non-singleton "
                    + "dimension 1"
            )
        );
        var dispatched = Assert.Throws<TorchException>(() => x.IndexSelect(0, Tensor.Of([7L], Device.Cpu)));
        Assert.That(dispatched!.Message, Does.StartWith("aten::index_select: ").And.Contain("out of range"));
        Assert.That(x.Add(1).ToArray<float>(), Is.All.EqualTo(1), "and all goes on");
    }

    [Test]
    public void An_operator_that_is_not_there_is_an_error_by_name()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Zeros([1], ScalarType.Float32, Device.Cpu);
        Assert.That(
            () => Dispatcher.Call(new Operator("aten::no_such_thing", "at_all"), x),
            Throws
                .TypeOf<TorchException>()
                .With.Message.StartsWith("aten::no_such_thing.at_all: ")
                .And.Message.Contains("Could not find schema")
        );
    }

    [Test]
    public void Operators_are_tried_at_the_start_and_one_that_is_lacking_ends_it()
    {
        var before = Tensor.Live;
        OperatorCheck.Run("2.99.1", Device.Cpu);
        Assert.That(
            () => OperatorCheck.Run("2.99.1", () => Dispatcher.Call(new Operator("aten::gone"))),
            Throws
                .TypeOf<InferenceException>()
                .With.Message.StartsWith("libtorch: PyTorch 2.99.1 can't be used: aten::gone: ")
                .And.Message.EndsWith("; take another PyTorch, 2.10 or newer")
        );
        Assert.That(Tensor.Live, Is.EqualTo(before));
    }

    [TestCase("[E 1] x.cpp:1] Exception in aoti_torch: mat1 and mat2\nframe #0", "mat1 and mat2")]
    [TestCase("noise\nException in aoti_torch: first\nException in aoti_torch:  second \r\nmore", "second")]
    [TestCase("mat1 and mat2\nframe", "mat1 and mat2", Description = "as 2.13 says it")]
    [TestCase(" \n ", "libtorch gives no reason")]
    public void Of_what_is_written_the_first_line_is_told(string written, string words) =>
        Assert.That(Attempt.Words(written), Is.EqualTo(words));

    [Test]
    public void What_a_library_lacks_is_named_with_its_version()
    {
        // A library without any of libtorch's functions.
        var other = NativeLibrary.Load(Path.Combine(TorchForTests.LibDirectory, "libc10.so"));
        var lacking = new Exports(other, "libtorch_cpu.so", "2.99.1");
        Assert.That(
            () => Abi.Bind(lacking, null),
            Throws
                .TypeOf<InferenceException>()
                .With.Message.EqualTo(
                    "libtorch: libtorch_cpu.so of PyTorch 2.99.1 has no function aoti_torch_abi_version, which the "
                        + "server needs; take another PyTorch, 2.10 or newer"
                )
        );
        Assert.That(() => new DeviceFunctions(lacking, "cuda"), Throws.TypeOf<InferenceException>());
        Assert.That(lacking.Find("torch_new_stable_ivalue"), Is.EqualTo((nint)0));
    }

    /// <summary>Types and devices go into the dispatcher's stack as numbers that libtorch says itself.</summary>
    [Test]
    public void Optional_types_and_devices_are_understood()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Of([1.5f, 2], Device.Cpu);
        var copy = Arena.Current.Adopt(
            Dispatcher.Call(
                new Operator("aten::_to_copy"),
                x,
                Argument.Maybe(ScalarType.BFloat16),
                Argument.None,
                Argument.Maybe(Device.Cpu),
                Argument.None,
                false,
                Argument.None
            ),
            Device.Cpu
        );
        Assert.That((copy.Type, copy.Count), Is.EqualTo((ScalarType.BFloat16, 2)));
        Assert.That(copy.To(ScalarType.Float32).ToArray<float>(), Is.EqualTo(new[] { 1.5f, 2 }));
    }

    [TestCaseSource(nameof(Calls))]
    public void No_operator_allocates_on_the_managed_heap(Action<Tensor, Tensor> call)
    {
        using var x = Tensor.Zeros([2, 8], ScalarType.Float32, Device.Cpu);
        using var rows = Tensor.Of([1L, 0], Device.Cpu);
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Round();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Round()
        {
            using var scope = TensorScope.Open();
            call(x, rows);
        }
    }

    [Test]
    public unsafe void As_many_threads_compute_as_were_asked_for()
    {
        uint count;
        Assert.That((Abi.ThreadCount(&count), count), Is.EqualTo((0, 1U)));
    }

    /// <summary>Sizes are no constants, for which debug builds look up a table by reflection.</summary>
    private static Tensor Heads(Tensor x) => x.Unsqueeze(0).Unsqueeze(0).View(x.Rank - 1, 1, x.Size(0), x.Size(1));

    private static IEnumerable<TestCaseData> Calls()
    {
        (string Name, Action<Tensor, Tensor> Call)[] calls =
        [
            ("a product of matrices", (x, _) => x.Linear(x)),
            ("attention", (x, _) => Heads(x).Attention(Heads(x), Heads(x), null, 0.5)),
            ("views", (x, _) => Heads(x.Narrow(1, 1, 4)).Transposed().Select(0)),
            ("a copy", (x, _) => x.Transposed().Reshape(x.Count)),
            ("a norm", (x, _) => x.RmsNorm(null, 1e-5)),
            ("a text", (x, _) => x.GeluTanh()),
            ("a list of tensors", (x, _) => Tensor.Concatenate(0, x, x)),
            ("numbers", (x, _) => x.Add(1).Multiply(2).Add(x).Subtract(x)),
            ("another type", (x, _) => x.To(ScalarType.BFloat16)),
            ("in place", (x, _) => x.TanhInPlace().MultiplyInPlace(Tensor.Number(1f))),
            ("two results", (x, _) => x.Top(2)),
            ("optional numbers", (x, _) => x.ArgMax()),
            ("optional lists", (x, _) => x.Sum()),
            ("lists of optional tensors", (x, rows) => x.Index(rows, rows)),
            ("rows", (x, rows) => x.IndexCopyInPlace(0, rows, x.IndexSelect(0, rows))),
        ];
        return calls.Select(item => new TestCaseData(item.Call).SetArgDisplayNames(item.Name));
    }
}
