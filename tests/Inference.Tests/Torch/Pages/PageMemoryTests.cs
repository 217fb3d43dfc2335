using GemmaInference.Native;
using GemmaInference.Torch;
using GemmaInference.Torch.Pages;

namespace Inference.Tests.Torch.Pages;

/// <summary>Memory behind addresses comes and goes by pages, of the host and of the CUDA driver.</summary>
internal sealed class PageMemoryTests
{
    [Test]
    public void Only_pages_with_memory_can_be_written_and_only_shown_ones_read()
    {
        using var memory = new HostPages(8192);
        var start = memory.Reserve(4 * 8192);
        Assert.That(Rights(start), Is.EqualTo("---p"));
        memory.Back(start, 2);
        memory.Show((nint)(start + (2 * 8192)), 1);
        Assert.That(
            Enumerable.Range(0, 4).Select(page => Rights((nint)(start + (page * 8192)))),
            Is.EqualTo(new[] { "rw-p", "rw-p", "r--p", "---p" })
        );
        using (TensorScope.Open())
        {
            var numbers = Tensor.Over(start, [2048], ScalarType.Float32, Device.Cpu);
            numbers.CopyFrom(Tensor.Full([2048], 3, ScalarType.Float32, Device.Cpu));
            Assert.That(numbers.ToArray<float>(), Is.All.EqualTo(3f));
        }

        memory.Release(start, 1);
        memory.Back(start, 1);
        using var first = Tensor.Over(start, [2048], ScalarType.Float32, Device.Cpu);
        Assert.That(first.ToArray<float>(), Is.All.Zero, "memory that was given back is gone");
    }

    [Test]
    public void Pages_of_the_driver_keep_its_rules()
    {
        using var driver = FakeDriver.Compile();
        var memory = PageSupport.OfGpu(driver.Library, Device.Cpu, out var trouble)!;
        Assert.That(trouble, Is.Null);
        Assert.That(memory.PageSize, Is.EqualTo(FakeDriver.Granularity));
        memory.Provide(600);
        Assert.That((driver.State.Made, driver.State.Mapped), Is.EqualTo((601, 0)), "and one of zeros");
        var start = memory.Reserve(600 * memory.PageSize);
        memory.Back(start, 599);
        using var tensor = Tensor.Over(start, [600 * 2048], ScalarType.Float32, Device.Cpu);
        using (TensorScope.Open())
        {
            var backed = tensor.Narrow(0, 0, 599 * 2048);
            Assert.That(backed.ToArray<float>().All(float.IsFinite), "none reads as whatever memory holds");
            backed.CopyFrom(Tensor.Full([1], 2, ScalarType.Float32, Device.Cpu));
            memory.Show((nint)(start + (599 * memory.PageSize)), 1);
            Assert.That(tensor.Narrow(0, 599 * 2048, 2048).ToArray<float>(), Is.All.Zero);
        }

        driver.Launch();
        Assert.That(() => memory.Release(start, 1), Throws.TypeOf<InferenceException>(), "something still reads");
        memory.Settle();
        memory.Release(start, 600);
        Assert.That(driver.State.Mapped, Is.Zero);
        memory.Dispose();
        Assert.That(driver.State with { Waits = 0 }, Is.EqualTo((0, 0, 0, 0)), "all is given back");
    }

    [TestCase("cuMemGetAllocationGranularity")]
    [TestCase("cuMemAddressReserve")]
    [TestCase("cuMemCreate")]
    [TestCase("cuMemMap")]
    [TestCase("cuMemSetAccess")]
    [TestCase("cuMemsetD8")]
    [TestCase("cuMemUnmap")]
    [TestCase("cuCtxSynchronize")]
    public void A_function_that_fails_is_told_in_the_drivers_words(string function)
    {
        using var driver = FakeDriver.Compile();
        driver.Fail(function == "cuMemsetD8" ? "cuMemsetD8_v2" : function);
        Assert.That(PageSupport.OfGpu(driver.Library, Device.Cpu, out var trouble), Is.Null);
        Assert.That(trouble, Is.EqualTo($"{function}: error 2, out of memory"));
    }

    [Test]
    public void A_function_that_is_missing_is_told()
    {
        using var driver = FakeDriver.Compile("-DLACKING");
        Assert.That(PageSupport.OfGpu(driver.Library, Device.Cpu, out var trouble), Is.Null);
        Assert.That(trouble, Is.EqualTo("there is no function cuCtxSynchronize"));
    }

    /// <summary>Returns what this process may do at an address.</summary>
    private static string Rights(nint address) =>
        File.ReadLines("/proc/self/maps")
            .Select(line => line.Split(' '))
            .Single(words =>
            {
                var ends = words[0].Split('-').Select(end => Convert.ToInt64(end, 16)).ToArray();
                return address >= ends[0] && address < ends[1];
            })[1];
}
