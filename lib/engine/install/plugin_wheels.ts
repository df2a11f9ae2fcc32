/** The wheels that plug-ins of XLA for GPUs consist of, each pinned: the plug-in itself, and what of NVIDIA it opens. */
import type { Wheel } from "./pinned_wheel.ts";

/** The libraries of cuDNN 9, for either CUDA. */
const CUDNN = [
  "nvidia/cudnn/lib/libcudnn.so.9",
  "nvidia/cudnn/lib/libcudnn_adv.so.9",
  "nvidia/cudnn/lib/libcudnn_cnn.so.9",
  "nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9",
  "nvidia/cudnn/lib/libcudnn_engines_runtime_compiled.so.9",
  "nvidia/cudnn/lib/libcudnn_engines_tensor_ir.so.9",
  "nvidia/cudnn/lib/libcudnn_ext.so.9",
  "nvidia/cudnn/lib/libcudnn_graph.so.9",
  "nvidia/cudnn/lib/libcudnn_heuristic.so.9",
  "nvidia/cudnn/lib/libcudnn_ops.so.9",
];

/** From CUDA 13. */
export const cuda13Wheels: readonly Wheel[] = [
  {
    requirement: "jax-cuda13-pjrt==0.12.0.1",
    platform: "manylinux_2_27_x86_64",
    bytes: 134_922_808,
    sha256: "5899bb6177eda86ea532afb9a26794f2bdd04966f6a01f9028266b16c2b6cf90",
    members: ["jax_plugins/xla_cuda13/xla_cuda_plugin.so"],
  },
  {
    requirement: "nvidia-cublas==13.10.0.20",
    platform: "manylinux_2_5_x86_64",
    bytes: 444_289_903,
    sha256: "dcc6d63884c53d07e267ce7e6feac17b2538cebaafec5db865736c3e28e4dc84",
    members: ["nvidia/cu13/lib/libcublas.so.13", "nvidia/cu13/lib/libcublasLt.so.13"],
  },
  {
    requirement: "nvidia-cuda-cupti==13.5.25",
    platform: "manylinux_2_25_x86_64",
    bytes: 12_592_974,
    sha256: "9dcca41c12a734192b14e7128ae116bc9ce1b9da686e2ebf48ae7a4415f76650",
    members: ["nvidia/cu13/lib/libcupti.so.13"],
  },
  {
    requirement: "nvidia-cuda-nvcc==13.5.37",
    platform: "manylinux_2_17_x86_64",
    bytes: 47_028_279,
    sha256: "f5c4f7ead5d964fb4af42bbf1e6d3ec3c1e6e9d83b53749f691d387e7fcaa3a7",
    members: ["nvidia/cu13/bin/nvlink", "nvidia/cu13/bin/ptxas"],
  },
  {
    requirement: "nvidia-cuda-nvrtc==13.5.37",
    platform: "manylinux_2_12_x86_64",
    bytes: 58_185_930,
    sha256: "86b4d68058807988b7d9af5b44917a0601e9c337f35ccd657bfb3c759ff8d8bc",
    members: ["nvidia/cu13/lib/libnvrtc-builtins.so.13.5", "nvidia/cu13/lib/libnvrtc.so.13"],
  },
  {
    requirement: "nvidia-cuda-runtime==13.5.37",
    platform: "manylinux_2_17_x86_64",
    bytes: 2_504_024,
    sha256: "df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d",
    members: ["nvidia/cu13/lib/libcudart.so.13"],
  },
  {
    requirement: "nvidia-cudnn-cu13==9.28.1.4",
    platform: "manylinux_2_27_x86_64",
    bytes: 516_817_937,
    sha256: "a54f205b1db1f2895d99f398754db1369816f0569dd459731f925635cf7b65ec",
    members: CUDNN,
  },
  {
    requirement: "nvidia-cufft==12.5.0.14",
    platform: "manylinux_2_17_x86_64",
    bytes: 165_072_555,
    sha256: "b8be26837a5abad2b5b74f3e92dd29f622a42934b355be0961a48712cbba23ad",
    members: ["nvidia/cu13/lib/libcufft.so.12"],
  },
  {
    requirement: "nvidia-cusolver==12.4.1.2",
    platform: "manylinux_2_27_x86_64",
    bytes: 260_003_940,
    sha256: "b3b8e02fd2f2df869369af075dc3a179d43f6f7b85e94632a7dce556697be044",
    members: ["nvidia/cu13/lib/libcusolver.so.12"],
  },
  {
    requirement: "nvidia-cusparse==12.9.4.2",
    platform: "manylinux_2_17_x86_64",
    bytes: 230_422_857,
    sha256: "072667e58c851a318738f5527a12eb225cbf058803f2ea451c722d8cf8edddec",
    members: ["nvidia/cu13/lib/libcusparse.so.12"],
  },
  {
    requirement: "nvidia-nccl-cu13==2.32.3",
    platform: "manylinux_2_27_x86_64",
    bytes: 305_100_071,
    sha256: "1459723080ac889d73a26edfa3e04383a7928ab31ac8f0ec43b3ea9548b04ff3",
    members: ["nvidia/nccl/lib/libnccl.so.2"],
  },
  {
    requirement: "nvidia-nvjitlink==13.5.37",
    platform: "manylinux_2_12_x86_64",
    bytes: 46_642_491,
    sha256: "280d7cb9649704145f074b8dbde500de04ce02d0872e066e20a83c17bcaa93eb",
    members: ["nvidia/cu13/lib/libnvJitLink.so.13"],
  },
  {
    requirement: "nvidia-nvshmem-cu13==3.8.0",
    platform: "manylinux_2_17_x86_64",
    bytes: 182_092_449,
    sha256: "81a4d1f666543e6d34df6d2ff940c7da1435e34e186aab6f3c2b48861b64ef38",
    members: ["nvidia/nvshmem/lib/libnvshmem_host.so.3"],
  },
  {
    requirement: "nvidia-nvvm==13.5.37",
    platform: "manylinux_2_12_x86_64",
    bytes: 75_141_406,
    sha256: "c41bfa362e407405163f103c2229f0765f8cc2ed7d148b754dc77f228bf7e070",
    members: ["nvidia/cu13/nvvm/libdevice/libdevice.10.bc"],
  },
];
/** From CUDA 12. */
export const cuda12Wheels: readonly Wheel[] = [
  {
    requirement: "jax-cuda12-pjrt==0.12.0.1",
    platform: "manylinux_2_27_x86_64",
    bytes: 191_846_358,
    sha256: "5ec28e06198d094031c37590b4ea753ae8cde4879ab4b60baf40f0dffb673286",
    members: ["jax_plugins/xla_cuda12/xla_cuda_plugin.so"],
  },
  {
    requirement: "nvidia-cublas-cu12==12.9.3.13",
    platform: "manylinux_2_27_x86_64",
    bytes: 581_217_458,
    sha256: "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
    members: ["nvidia/cublas/lib/libcublas.so.12", "nvidia/cublas/lib/libcublasLt.so.12"],
  },
  {
    requirement: "nvidia-cuda-cupti-cu12==12.9.79",
    platform: "manylinux_2_25_x86_64",
    bytes: 10_814_997,
    sha256: "096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f",
    members: ["nvidia/cuda_cupti/lib/libcupti.so.12"],
  },
  {
    requirement: "nvidia-cuda-nvcc-cu12==12.9.86",
    platform: "manylinux_2_12_x86_64",
    bytes: 40_546_229,
    sha256: "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
    members: ["nvidia/cuda_nvcc/bin/ptxas", "nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc"],
  },
  {
    requirement: "nvidia-cuda-nvrtc-cu12==12.9.86",
    platform: "manylinux_2_12_x86_64",
    bytes: 89_568_129,
    sha256: "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
    members: ["nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.9", "nvidia/cuda_nvrtc/lib/libnvrtc.so.12"],
  },
  {
    requirement: "nvidia-cuda-runtime-cu12==12.9.79",
    platform: "manylinux_2_17_x86_64",
    bytes: 3_493_179,
    sha256: "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
    members: ["nvidia/cuda_runtime/lib/libcudart.so.12"],
  },
  {
    requirement: "nvidia-cudnn-cu12==9.28.0.42",
    platform: "manylinux_2_27_x86_64",
    bytes: 716_538_495,
    sha256: "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
    members: CUDNN,
  },
  {
    requirement: "nvidia-cufft-cu12==11.4.1.4",
    platform: "manylinux_2_17_x86_64",
    bytes: 200_877_592,
    sha256: "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
    members: ["nvidia/cufft/lib/libcufft.so.11"],
  },
  {
    requirement: "nvidia-cusolver-cu12==11.7.5.82",
    platform: "manylinux_2_27_x86_64",
    bytes: 338_117_415,
    sha256: "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
    members: ["nvidia/cusolver/lib/libcusolver.so.11"],
  },
  {
    requirement: "nvidia-cusparse-cu12==12.5.10.65",
    platform: "manylinux_2_17_x86_64",
    bytes: 366_465_088,
    sha256: "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
    members: ["nvidia/cusparse/lib/libcusparse.so.12"],
  },
  {
    requirement: "nvidia-nccl-cu12==2.32.3",
    platform: "manylinux_2_27_x86_64",
    bytes: 351_526_311,
    sha256: "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c",
    members: ["nvidia/nccl/lib/libnccl.so.2"],
  },
  {
    requirement: "nvidia-nvjitlink-cu12==12.9.86",
    platform: "manylinux_2_12_x86_64",
    bytes: 39_748_338,
    sha256: "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
    members: ["nvidia/nvjitlink/lib/libnvJitLink.so.12"],
  },
  {
    requirement: "nvidia-nvshmem-cu12==3.8.0",
    platform: "manylinux_2_17_x86_64",
    bytes: 280_800_183,
    sha256: "b2e5760d6158aefe7bb74348d5128bb1b46a7dd1fd4b7b1e6fe55b4b07888f70",
    members: ["nvidia/nvshmem/lib/libnvshmem_host.so.3"],
  },
];
/** The plug-in alone: ROCm is the system's. */
export const rocm7Wheels: readonly Wheel[] = [
  {
    requirement: "jax-rocm7-pjrt==0.12.0",
    platform: "manylinux_2_27_x86_64",
    bytes: 133_415_872,
    sha256: "4551d0714523355f2946ca1958c3f584e95661e467a641d36b726f718a1c7934",
    members: ["jax_plugins/xla_rocm7/xla_rocm_plugin.so"],
  },
];
