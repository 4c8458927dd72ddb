// The ioctls of the kernel's GPIO character device, uAPI v2 (Linux 5.10 and later), under names Swift can import.
// The structures themselves are laid out in Swift (`GPIOWire`); the offsets that file relies on are asserted in
// clinux_gpio.c against <linux/gpio.h>, so that a kernel header that moved them fails the build.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <linux/gpio.h>

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

static const unsigned long CLX_GPIO_GET_CHIPINFO = GPIO_GET_CHIPINFO_IOCTL;
static const unsigned long CLX_GPIO_GET_LINEINFO = GPIO_V2_GET_LINEINFO_IOCTL;
static const unsigned long CLX_GPIO_GET_LINE = GPIO_V2_GET_LINE_IOCTL;
static const unsigned long CLX_GPIO_GET_VALUES = GPIO_V2_LINE_GET_VALUES_IOCTL;
static const unsigned long CLX_GPIO_SET_VALUES = GPIO_V2_LINE_SET_VALUES_IOCTL;

/// One ioctl with a structure of `size` bytes at `structure`, read and written in place, repeated after a signal.
/// `size` must be the size that `request` encodes. Returns 0 or an errno (EINVAL where the sizes differ).
int clx_gpio_ioctl(int descriptor, unsigned long request, void *structure, size_t size);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif
