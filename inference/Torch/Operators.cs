namespace GemmaInference.Torch;

/// <summary>
/// Lists the operators that are called through the dispatcher. It takes no <c>Scalar</c>, so those are chosen that have
/// tensors instead; <see cref="DeviceFunctions"/> has the rest.
/// </summary>
internal static class Operators
{
    public static readonly Operator ArgMax = new("aten::argmax");
    public static readonly Operator Attention = new("aten::scaled_dot_product_attention");
    public static readonly Operator Cos = new("aten::cos");
    public static readonly Operator CumulatedSum = new("aten::cumsum");
    public static readonly Operator Divide = new("aten::div", "Tensor");
    public static readonly Operator DivideInPlace = new("aten::div_", "Tensor");
    public static readonly Operator Equal = new("aten::eq", "Tensor");
    public static readonly Operator Gather = new("aten::gather");
    public static readonly Operator Gelu = new("aten::gelu");
    public static readonly Operator Greater = new("aten::gt", "Tensor");
    public static readonly Operator GreaterOrEqual = new("aten::ge", "Tensor");
    public static readonly Operator Index = new("aten::index", "Tensor");
    public static readonly Operator IndexCopyInPlace = new("aten::index_copy_");
    public static readonly Operator IndexPutInPlace = new("aten::index_put_");
    public static readonly Operator IndexSelect = new("aten::index_select");
    public static readonly Operator Less = new("aten::lt", "Tensor");
    public static readonly Operator LessOrEqual = new("aten::le", "Tensor");
    public static readonly Operator LinearInt4 = new("aten::_weight_int4pack_mm");
    public static readonly Operator LinearInt4OnCpu = new("aten::_weight_int4pack_mm_for_cpu");
    public static readonly Operator LinearInt8 = new("aten::_weight_int8pack_mm");
    public static readonly Operator LogicalAnd = new("aten::logical_and");
    public static readonly Operator LogicalOr = new("aten::logical_or");
    public static readonly Operator LogSoftmax = new("aten::log_softmax", "int");
    public static readonly Operator MaskedFillInPlace = new("aten::masked_fill_", "Tensor");
    public static readonly Operator MatrixProduct = new("aten::matmul");
    public static readonly Operator Minimum = new("aten::minimum");
    public static readonly Operator MultiplyInPlace = new("aten::mul_", "Tensor");
    public static readonly Operator PackInt4 = new("aten::_convert_weight_to_int4pack");
    public static readonly Operator PackInt4OnCpu = new("aten::_convert_weight_to_int4pack_for_cpu");
    public static readonly Operator Power = new("aten::pow", "Tensor_Tensor");
    public static readonly Operator Reciprocal = new("aten::reciprocal");
    public static readonly Operator RepeatEach = new("aten::repeat_interleave", "self_Tensor");
    public static readonly Operator Sin = new("aten::sin");
    public static readonly Operator Softmax = new("aten::softmax", "int");
    public static readonly Operator Sort = new("aten::sort");
    public static readonly Operator Sum = new("aten::sum", "dim_IntList");
    public static readonly Operator TanhInPlace = new("aten::tanh_");
    public static readonly Operator Top = new("aten::topk");
    public static readonly Operator Where = new("aten::where", "self");
}
