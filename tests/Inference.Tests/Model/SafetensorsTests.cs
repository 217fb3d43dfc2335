using System.Buffers.Binary;
using System.Text;
using GemmaInference.Model;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace Inference.Tests.Model;

[TestFixture]
internal sealed class SafetensorsTests
{
    private const string One = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "truncated: 4 bytes")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "belong to nobody")]
    [TestCase(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,"""
            + """8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
        12,
        "b: overlaps"
    )]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "4 bytes before it")]
    [TestCase("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "expected 12")]
    [TestCase("""{"a":{"dtype":"I64","shape":[2],"data_offsets":[0,8]}}""", 8, "expected 16")]
    [TestCase("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "impossible")]
    [TestCase(
        """{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,8]}}""",
        8,
        "impossibly large"
    )]
    [TestCase("""{"a":{"dtype":"F32"}}""", 8, "malformed")]
    [TestCase("""[]""", 0, "malformed")]
    [TestCase("""{"a":""", 0, "malformed")]
    public void A_header_that_contradicts_itself_is_refused(string header, int dataLength, string says)
    {
        using var scratch = new ScratchDirectory();
        Write(scratch["model.safetensors"], header, dataLength);
        Assert.That(
            () => Checkpoint.Open(scratch.Path),
            Throws.TypeOf<InferenceException>().With.Message.Contains(says)
        );
    }

    [TestCase("I64", 1)]
    [TestCase("F8_E4M3", 8)]
    [TestCase("F4", 16, Description = "of a type that isn't known")]
    public void A_tensor_of_another_type_is_refused_where_it_is_needed_and_not_before(string type, int count)
    {
        using var scratch = new ScratchDirectory();
        Write(
            scratch["model.safetensors"],
            $$$"""{"a":{"dtype":"{{{type}}}","shape":[{{{count}}}],"data_offsets":[0,8]}}""",
            8
        );
        using var checkpoint = Checkpoint.Open(scratch.Path);
        Assert.That(
            () => checkpoint.Read("a", [count], ScalarType.Float32, Device.Cpu),
            Throws.TypeOf<InferenceException>().With.Message.Contains($"type {type} is not supported")
        );
    }

    [TestCase(3)]
    [TestCase(20)]
    public void A_file_cut_within_its_header_is_refused(int length)
    {
        using var scratch = new ScratchDirectory();
        Write(scratch["full"], One, 8);
        File.WriteAllBytes(scratch["model.safetensors"], File.ReadAllBytes(scratch["full"])[..length]);
        Assert.That(
            () => Checkpoint.Open(scratch.Path),
            Throws.TypeOf<InferenceException>().With.Message.Contains("truncated")
        );
    }

    [Test]
    public void A_missing_shard_is_named()
    {
        using var scratch = new ScratchDirectory();
        Write(scratch["one.safetensors"], One, 8);
        File.WriteAllText(
            scratch["model.safetensors.index.json"],
            """{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}"""
        );
        Assert.That(
            () => Checkpoint.Open(scratch.Path),
            Throws.TypeOf<InferenceException>().With.Message.Contains("'two.safetensors' is missing")
        );
    }

    [Test]
    public void A_shard_outside_the_directory_is_refused()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["model.safetensors.index.json"], """{"weight_map":{"a":"../one.safetensors"}}""");
        Assert.That(
            () => Checkpoint.Open(scratch.Path),
            Throws.TypeOf<InferenceException>().With.Message.Contains("outside the directory")
        );
    }

    [Test]
    public void Shards_are_read_as_one()
    {
        using var scratch = new ScratchDirectory();
        Write(scratch["1.safetensors"], One, 8);
        Write(scratch["2.safetensors"], One.Replace("\"a\"", "\"language_model.b\""), 8);
        File.WriteAllText(
            scratch["model.safetensors.index.json"],
            """{"weight_map":{"a":"1.safetensors","language_model.b":"2.safetensors"}}"""
        );
        using var checkpoint = Checkpoint.Open(scratch.Path);
        using var tensor = checkpoint.Read("b", [2], ScalarType.Float32, Device.Cpu);
        Assert.That(tensor.ToArray<float>(), Is.EqualTo(new float[2]));
    }

    [Test]
    public void A_shape_that_contradicts_the_configuration_is_named_with_both()
    {
        using var scratch = new ScratchDirectory();
        Write(scratch["model.safetensors"], One, 8);
        using var checkpoint = Checkpoint.Open(scratch.Path);
        Assert.That(
            () => checkpoint.Read("a", [3], ScalarType.Float32, Device.Cpu),
            Throws.TypeOf<InferenceException>().With.Message.Contains("[2]").And.Message.Contains("[3]")
        );
    }

    [Test]
    public void A_missing_tensor_is_named()
    {
        using var scratch = new ScratchDirectory();
        Write(scratch["model.safetensors"], One, 8);
        using var checkpoint = Checkpoint.Open(scratch.Path);
        Assert.That(
            () => checkpoint.Read("zz", [3], ScalarType.Float32, Device.Cpu),
            Throws.TypeOf<InferenceException>().With.Message.Contains("zz")
        );
    }

    private static void Write(string path, string header, int dataLength)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        File.WriteAllBytes(path, bytes);
    }
}
