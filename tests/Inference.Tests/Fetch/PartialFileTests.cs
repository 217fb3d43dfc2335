using System.Security.Cryptography;
using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Files;

namespace Inference.Tests.Fetch;

/// <summary>What is on the disk is what was hashed, whatever order it comes in.</summary>
[TestFixture]
internal sealed class PartialFileTests
{
    private const int Size = (5 * Blocks.Size) + 321;

    private readonly byte[] _content = RandomNumberGenerator.GetBytes(Size);
    private readonly Blocks _blocks = new();
    private ScratchDirectory _scratch = null!;
    private PartialDirectory _partial = null!;
    private CancellationTokenSource _bound = null!;

    [SetUp]
    public void Open()
    {
        _scratch = new ScratchDirectory();
        _partial = PartialDirectory.Open(_scratch["model"], new ModelIdentity("hub:a/b", "c", null, ""));
        _bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
    }

    [TearDown]
    public void Close()
    {
        _bound.Dispose();
        _partial.Dispose();
        _scratch.Dispose();
    }

    [TestCase(0, 1, 2, 3, 4, 5)]
    [TestCase(5, 4, 3, 2, 1, 0)]
    [TestCase(0, 2, 1, 3, 5, 4)]
    [TestCase(3, 0, 1, 2, 5, 4)]
    public async Task Blocks_come_in_any_order(params int[] order)
    {
        using var file = Begin();
        foreach (var block in order)
        {
            var length = Math.Min(Blocks.Size, Size - (block * Blocks.Size));
            Assert.That(await WriteAsync(file, block * Blocks.Size, length), Is.EqualTo(length));
        }

        await DemandWholeAsync(file);
    }

    [Test]
    public async Task Blocks_that_come_at_once_are_hashed_in_order()
    {
        using var file = Begin();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 6),
            _bound.Token,
            async (block, _) =>
                await WriteAsync(file, block * Blocks.Size, Math.Min(Blocks.Size, Size - (block * Blocks.Size)))
        );
        await DemandWholeAsync(file);
    }

    [Test]
    public async Task Bytes_that_are_there_are_not_replaced_by_others()
    {
        using var file = Begin();
        await WriteAsync(file, 1000, 5000);
        await WriteAsync(file, 0, 1000);
        // Who sends another content for what was hashed would else be believed.
        var other = _blocks.Rent();
        Array.Clear(other);
        Assert.That(await file.WriteAsync(other, 6000, 0, _bound.Token), Is.Zero);
        Assert.That(await WriteAsync(file, 500, 100_000), Is.EqualTo(100_500 - 6000));
        for (var at = 100_500; at < Size; at += Blocks.Size)
        {
            await WriteAsync(file, at, Math.Min(Blocks.Size, Size - at));
        }

        await DemandWholeAsync(file);
    }

    private PartialFile Begin()
    {
        var hash = ContentHash.Sha256(Convert.ToHexStringLower(SHA256.HashData(_content)))!;
        var remote = new RemoteFile(RelativePath.TryParse("file.bin", out _)!, Size, hash, "key");
        return new PartialFile(remote, _partial, _blocks, Size, _bound.Token);
    }

    private async Task<long> WriteAsync(PartialFile file, int at, int length)
    {
        var block = _blocks.Rent();
        _content.AsSpan(at, length).CopyTo(block);
        return await file.WriteAsync(block, length, at, _bound.Token);
    }

    private async Task DemandWholeAsync(PartialFile file)
    {
        Assert.That(await file.SealAsync(), Is.Not.Null, "the hash is the content's");
        Assert.That(await File.ReadAllBytesAsync(Path.Combine(_partial.Path, "file.bin")), Is.EqualTo(_content));
    }
}
