using GemmaInference.Torch;

namespace Inference.Tests.Torch;

internal sealed class DeviceMemoryTests
{
    [TestCase("max", null, 4096L << 10, Description = "no limit, so the machine's")]
    [TestCase("3000000", "inactive_file 500000\nactive_file 200000\nanon 1\n", 1_700_000)]
    [TestCase("3000000", null, 1_000_000)]
    [TestCase("1000000", null, 0)]
    [TestCase("99999999999", null, 4096L << 10)]
    public void What_is_free_is_what_machine_and_container_allow(string limit, string? stat, long expected)
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["meminfo"], "MemTotal: 9000 kB\nMemAvailable:    4096 kB\n");
        File.WriteAllText(scratch["memory.max"], limit + "\n");
        File.WriteAllText(scratch["memory.current"], "2000000\n");
        if (stat is not null)
        {
            File.WriteAllText(scratch["memory.stat"], stat);
        }

        Assert.That(DeviceMemory.FreeInContainer(scratch["meminfo"], scratch.Path), Is.EqualTo(expected));
    }
}
